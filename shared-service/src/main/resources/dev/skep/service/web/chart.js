// What was so in the last hour, as lines.
const HEIGHT = 180;
const hour = (seconds) => new Date(1000 * seconds).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const scheme = matchMedia("(prefers-color-scheme: dark)");

export class Chart {
  #how;
  #plot;
  #place;
  #shown;
  #resized = new ResizeObserver(() => this.#fit());
  #otherScheme = () => {
    this.#drop();
    this.#draw(); // what it shows may stay as it is for long
  };

  /**
   * How it is drawn: its lines, each with a label and the name of a colour; a figure in words; steps that the
   * upright axis may have; how high that is at least, and how wide its words are.
   */
  constructor({ lines, words, steps, least, width }) {
    this.#how = { lines, words, steps, least, width };
    scheme.addEventListener("change", this.#otherScheme);
  }

  /** Draws, or draws anew: times in seconds since 1970, and the figures of each line at these times. */
  async show(place, data) {
    if (!place) return;
    this.#shown = data;
    if (place !== this.#place) this.#drop();
    this.#place = place;
    this.#plot ? this.#plot.setData(data) : await this.#draw();
  }

  async #draw() {
    const { default: uPlot } = await import("uplot");
    if (this.#plot || !this.#place?.isConnected) return;
    const { lines, words, steps, least, width } = this.#how;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    this.#plot = new uPlot(
      {
        width: this.#place.clientWidth,
        height: HEIGHT,
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_, low, high) => [0, Math.max(least, high * 1.1)] } },
        axes: [
          { ...axis, space: 70, values: (_, ticks) => ticks.map(hour) },
          { ...axis, size: width, incrs: steps, values: (_, ticks) => ticks.map(words) },
        ],
        series: [
          { value: (_, at) => (at == null ? "–" : new Date(1000 * at).toLocaleTimeString()) },
          ...lines.map(({ label, colour: name }) => ({
            label, stroke: colour(name), width: 2, points: { show: false },
            value: (_, value) => (value == null ? "–" : words(value)),
          })),
        ],
      },
      this.#shown,
      this.#place,
    );
    this.#resized.observe(this.#place);
  }

  #fit() {
    if (this.#plot && this.#place.clientWidth > 0 && this.#place.clientWidth !== this.#plot.width) {
      this.#plot.setSize({ width: this.#place.clientWidth, height: HEIGHT });
    }
  }

  #drop() {
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  close() {
    scheme.removeEventListener("change", this.#otherScheme);
    this.#drop();
    this.#place = undefined;
  }
}
