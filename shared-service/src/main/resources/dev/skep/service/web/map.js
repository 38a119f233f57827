// Many things of one kind as a map: one square for each of them, or for several where there are many.
const MOST_ROWS_PIXELS = 170;
const LEAST_PIXELS = 4;
const MOST_PIXELS = 16;

let drawn = "";

/**
 * Draws squares onto a canvas, if anything has changed since it was drawn last.
 * @param key what is drawn, as a text: the same text is the same map
 * @param count how many things there are
 * @param look of those from one until before another, how much is there (0 to 1), and a colour, if it is not the usual one
 */
export function drawMap(canvas, key, count, look) {
  if (!canvas) return;
  const width = canvas.parentElement.clientWidth - 32;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const all = `${key} ${width} ${dark} ${devicePixelRatio}`;
  if (width <= 0 || (canvas.dataset.drawn && all === drawn)) return;
  drawn = all;
  canvas.dataset.drawn = "yes";

  let side = MOST_PIXELS;
  while (side > LEAST_PIXELS && Math.ceil(count / Math.floor(width / side)) * side > MOST_ROWS_PIXELS) side--;
  const columns = Math.max(1, Math.floor(width / side));
  const most = columns * Math.floor(MOST_ROWS_PIXELS / side);
  const cells = Math.min(count, most);
  const rows = Math.ceil(cells / columns);

  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(columns * side * scale);
  canvas.height = Math.round(rows * side * scale);
  canvas.style.width = `${columns * side}px`;
  canvas.style.height = `${rows * side}px`;
  const style = getComputedStyle(document.documentElement);
  const line = style.getPropertyValue("--line");
  const paper = canvas.getContext("2d");
  paper.scale(scale, scale);
  const gap = side > 6 ? 1.5 : 1;
  for (let cell = 0; cell < cells; cell++) {
    const from = Math.floor((cell * count) / cells);
    const until = Math.max(from + 1, Math.floor(((cell + 1) * count) / cells));
    const [share, colour = "--good"] = look(from, until);
    const [x, y] = [(cell % columns) * side, Math.floor(cell / columns) * side];
    paper.globalAlpha = 1;
    paper.fillStyle = line;
    paper.fillRect(x, y, side - gap, side - gap);
    if (share) {
      paper.globalAlpha = 0.25 + 0.75 * share;
      paper.fillStyle = style.getPropertyValue(colour);
      paper.fillRect(x, y, side - gap, side - gap);
    }
  }
}
