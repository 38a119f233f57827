// Parts that several views are put together from.
import { html, nothing } from "lit-html";
import * as icons from "skep/icons.js";
import { count, percent, printable, rate, span } from "skep/words.js";

export const number = (value) => value.toLocaleString("en");

/** How far something is, for eyes: its figure stands beside it. */
export const meter = (share, kind = "") => html`<svg class="meter ${kind}" aria-hidden="true"
  preserveAspectRatio="none"><rect width="${(100 * share).toFixed(2)}%" height="100%"></rect></svg>`;

export const figure = (name, value, kind = "") => html`<div><dt>${name}</dt><dd class="number ${kind}">${value}</dd></div>`;

export const text = (words) => html`<bdi>${printable(words)}</bdi>`;

export const labels = (torrent) =>
  (torrent.labels ?? []).map((label) => html` <a class="tag" href="#/?label=${encodeURIComponent(label)}">${text(label)}</a>`);

/** How long torrents of these labels stay in the catalogue, where that is set. */
export const kept = (keep, some) =>
  some.filter((label) => Object.hasOwn(keep ?? {}, label)).map((label) =>
    html`<p class="quiet small kept">Of ${text(label)} the ${keep[label] === 1 ? "newest" : `${number(keep[label])} newest`} stay${
      keep[label] === 1 ? "s" : ""}; older ones are removed from the catalogue when one more comes.</p>`);

// ---- Rollouts

const seconds = (time) => Date.parse(time) / 1000;

/** In numbers: how many hosts are how far. */
export function counted({ counts }) {
  const some = (number, what) => (number ? `, ${number} ${what}` : "");
  return `${counts.done} of ${counts.needed} done${some(counts.downloading, "downloading")}${some(counts.failed, "failed")}${
    some(counts.stalled, "stalled")}${some(counts.waiting, "waiting")}${some(counts.unseen, "never seen")}`;
}

/** What it still needs, and by when. */
export function due(rollout, now = Date.now() / 1000) {
  if (rollout.ended) return `${rollout.state} after ${span(seconds(rollout.ended) - seconds(rollout.created))}`;
  const left = rollout.secondsLeft === undefined ? "" : `about ${span(rollout.secondsLeft)} left`;
  const deadline = rollout.deadline === undefined ? "" : seconds(rollout.deadline) - now;
  if (deadline === "") return left || "no deadline";
  return `${deadline > 0 ? `due in ${span(deadline)}` : `late for ${span(-deadline)}`}${left ? `, ${left}` : ""}`;
}

const kind = ({ state }) => (state === "done" ? "done" : state === "cancelled" ? "rest" : "");

/** Those that go on first; of these the newest. */
export const inOrder = (rollouts) =>
  [...rollouts].sort((a, b) => Boolean(a.ended) - Boolean(b.ended) || b.created.localeCompare(a.created));

export const rolloutsIn = (parts) =>
  inOrder([...parts].filter(([key]) => key.startsWith("r:")).map(([, rollout]) => rollout));

export const rolloutMeter = (rollout) => meter(rollout.progress, kind(rollout));

/** One in a list. */
export const rolloutCard = (rollout) => html`
  <li class="card padded rollout" data-rollout=${rollout.id}>
    <p class="row">
      <a class="name grow" href="#/r/${rollout.id}">${text(rollout.name)}</a>
      <span class=${rollout.state === "late" ? "bad" : "quiet"}>${rollout.state === "late" ? html`${icons.warning} ` : nothing}${rollout.state}</span>
    </p>
    ${rolloutMeter(rollout)}
    <p class="small">${percent(rollout.progress)}: ${counted(rollout)}</p>
    <p class="quiet small">${due(rollout)}${rollout.bytesPerSecond ? `, ${rate(rollout.bytesPerSecond)}` : ""}</p>
    ${!rollout.ended && rollout.missing.length && (rollout.state === "late" || rollout.counts.failed || rollout.counts.stalled)
      ? html`<p class="small">Not done: <bdi>${printable(rollout.missing.slice(0, 5).join(", "))}</bdi>${
          rollout.counts.hosts - rollout.counts.done > 5 ? ` and ${count(rollout.counts.hosts - rollout.counts.done - 5, "other")}` : ""}</p>`
      : nothing}
  </li>`;
