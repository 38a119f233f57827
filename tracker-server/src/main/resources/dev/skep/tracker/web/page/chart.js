// How many peers there were in the last hour.
import { Chart } from "skep/chart.js";

const HOUR = 3600;

export const peersChart = () =>
  new Chart({
    lines: [{ label: "seeders", colour: "--good" }, { label: "leechers", colour: "--down" }],
    words: (count) => count.toLocaleString("en"),
    steps: [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power)),
    least: 4,
    width: 62,
  });

/** What was counted, and what is so now; before that nothing is known. */
export function peersOf(history, { seeders, leechers }) {
  const now = Math.max(history.end + 1, Math.round(Date.now() / 1000));
  const steps = history.seeders.length;
  const times = history.seeders.map((_, i) => history.end - (steps - 1 - i) * history.step);
  const before = Math.min(now - HOUR, (times[0] ?? now) - 1);
  return [[before, ...times, now], [null, ...history.seeders, seeders], [null, ...history.leechers, leechers]];
}
