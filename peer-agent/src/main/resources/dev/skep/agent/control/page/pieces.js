// Which pieces are here, as a map: one square for each piece, or for several where there are many.
const MOST_ROWS_PIXELS = 170;
const LEAST_PIXELS = 4;
const MOST_PIXELS = 16;

let drawn = "";

/** Draws a bitfield in Base64 onto a canvas, if anything has changed since it was drawn last. */
export function drawPieces(canvas, base64, count) {
  if (!canvas || base64 === undefined) return;
  const width = canvas.parentElement.clientWidth - 32;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const key = `${base64} ${width} ${dark} ${devicePixelRatio}`;
  if (width <= 0 || (canvas.dataset.drawn && key === drawn)) return;
  drawn = key;
  canvas.dataset.drawn = "yes";

  const bits = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const has = (piece) => (bits[piece >> 3] >> (7 - (piece & 7))) & 1;
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
  const [here, missing] = [style.getPropertyValue("--good"), style.getPropertyValue("--line")];
  const paper = canvas.getContext("2d");
  paper.scale(scale, scale);
  const gap = side > 6 ? 1.5 : 1;
  for (let cell = 0; cell < cells; cell++) {
    const from = Math.floor((cell * count) / cells);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * count) / cells));
    let full = 0;
    for (let piece = from; piece < to; piece++) full += has(piece);
    const [x, y] = [(cell % columns) * side, Math.floor(cell / columns) * side];
    paper.globalAlpha = 1;
    paper.fillStyle = missing;
    paper.fillRect(x, y, side - gap, side - gap);
    if (full) {
      paper.globalAlpha = 0.25 + (0.75 * full) / (to - from);
      paper.fillStyle = here;
      paper.fillRect(x, y, side - gap, side - gap);
    }
  }
}
