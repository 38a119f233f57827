// Figures as people read them, the same as on the command line.
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export const rate = (bytesPerSecond) => `${bytes(bytesPerSecond)}/s`;

/** Rounded down: what is not complete is never called so. */
export const percent = (share) => `${Math.floor(100 * share + 1e-9)} %`;

export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

export const ratio = (value) => (value < 0 ? "–" : value.toFixed(2));

export const count = (number, one, several = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : several}`;

/** A time in seconds since 1970, as this place writes it. */
export const moment = (seconds) =>
  seconds > 0
    ? new Date(1000 * seconds).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })
    : "never";

/** The text with every control and direction-changing character shown as a question mark. */
export const printable = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu, "?");
