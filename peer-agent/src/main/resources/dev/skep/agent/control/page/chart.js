// The rates of the last hour, as lines.
import { rate } from "skep/words.js";

const HEIGHT = 180;
const STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const INCREMENTS = [0, 1, 2, 3].flatMap((power) => STEPS.map((step) => step * 1024 ** power));
const hour = (seconds) => new Date(1000 * seconds).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const scheme = matchMedia("(prefers-color-scheme: dark)");

export class Chart {
  #plot;
  #place;
  #shown;
  #resized = new ResizeObserver(() => this.#fit());
  #otherScheme = () => this.#drop();

  constructor() {
    scheme.addEventListener("change", this.#otherScheme);
  }

  /** Shows what was measured, and what is so now. */
  async show(place, history, torrent) {
    if (!place || !history) return;
    const now = Math.max(history.end + 1, Math.round(Date.now() / 1000));
    const steps = history.down.length;
    const times = history.down.map((_, i) => history.end - (steps - 1 - i) * history.step);
    const data = [[...times, now], [...history.down, torrent.rate_download], [...history.up, torrent.rate_upload]];
    if (steps === 0) {
      // Nothing was moved in any step that is over.
      data[0].unshift(now - 3600, now - history.step);
      data[1].unshift(0, 0);
      data[2].unshift(0, 0);
    }
    this.#shown = data;
    if (place !== this.#place) this.#drop();
    this.#place = place;
    this.#plot ? this.#plot.setData(data) : await this.#draw();
  }

  async #draw() {
    const { default: uPlot } = await import("uplot");
    if (this.#plot || !this.#place?.isConnected) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const line = (label, name) => ({ label, stroke: colour(name), width: 2, points: { show: false }, value: (_, value) => (value == null ? "–" : rate(value)) });
    this.#plot = new uPlot(
      {
        width: this.#place.clientWidth,
        height: HEIGHT,
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_, low, high) => [0, Math.max(1024, high * 1.1)] } },
        axes: [
          { ...axis, space: 70, values: (_, ticks) => ticks.map(hour) },
          { ...axis, size: 78, incrs: INCREMENTS, values: (_, ticks) => ticks.map((tick) => rate(tick)) },
        ],
        series: [{ value: (_, at) => (at == null ? "–" : new Date(1000 * at).toLocaleTimeString()) }, line("receives", "--down"), line("sends", "--up")],
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

  /** Another one is drawn when there is something to show. */
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
