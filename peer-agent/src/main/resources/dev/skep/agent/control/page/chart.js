// The rates of the last hour.
import { Chart } from "skep/chart.js";
import { rate } from "skep/words.js";

const STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

export const ratesChart = () =>
  new Chart({
    lines: [{ label: "receives", colour: "--down" }, { label: "sends", colour: "--up" }],
    words: rate,
    steps: [0, 1, 2, 3].flatMap((power) => STEPS.map((step) => step * 1024 ** power)),
    least: 1024,
    width: 78,
  });

/** What was measured, and what is so now. */
export function rates(history, torrent) {
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
  return data;
}
