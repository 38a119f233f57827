// The tracker's page: which of its views is shown, and what is above and below all of them.
import { html, nothing, render } from "lit-html";
import * as icons from "skep/icons.js";
import { Notes } from "skep/notes.js";
import { printable, span } from "skep/words.js";
import { address, place } from "./api.js";
import { Closed } from "./closed.js";
import { askToCancel, askToLogIn, askToRemove, askToRoll } from "./dialogs.js";
import { Overview } from "./overview.js";
import { Rollout } from "./rollout.js";
import { isAdministrator, logOut, look } from "./session.js";
import { Torrent } from "./torrent.js";

const app = document.getElementById("app");
const { announce, closed } = document.body.dataset;
let view;
let tracker;
let connected = true;
let arriving = false;
let untouched = true; // what the tracker has drawn without scripts is shown until there is more

const notes = new Notes(draw);
const { attempt, say } = notes;
const context = {
  attempt, draw, say,
  rolloutButton: () =>
    isAdministrator() ? html`<button id="roll" @click=${() => askToRoll(context)}>${icons.add} New rollout</button>` : nothing,
  rolloutButtons: (rollout) =>
    isAdministrator() && !rollout.ended
      ? html`<div class="row" role="toolbar" aria-label="What to do with it">
          <button id="cancel" class="harm" @click=${() => askToCancel(context, rollout)}>${icons.remove} Cancel</button></div>`
      : nothing,
  torrentButtons: (torrent) =>
    isAdministrator()
      ? html`<button id="roll" @click=${() => askToRoll(context, torrent.infoHash)}>${icons.add} New rollout</button>
          <button id="remove" class="harm" @click=${() => askToRemove(context, torrent)}>${icons.remove} Remove</button>`
      : nothing,
};

function viewOf(hash) {
  if (closed !== undefined) return new Closed();
  const torrent = /^#\/t\/([0-9a-f]{40})$/.exec(hash);
  if (torrent) return new Torrent(context, torrent[1]);
  const rollout = /^#\/r\/([0-9a-f]{12})$/.exec(hash);
  if (rollout) return new Rollout(context, rollout[1]);
  return new Overview(context, new URLSearchParams(/^#\/\?(.*)$/.exec(hash)?.[1] ?? ""));
}

function go() {
  view?.close();
  view = viewOf(location.hash);
  view.follow(
    (parts) => {
      view.update(parts);
      tracker = parts.get("tracker") ?? tracker;
      draw();
      if (arriving) {
        arriving = false;
        app.querySelector("h1")?.focus();
      }
    },
    (answers) => {
      if (connected !== answers) {
        connected = answers;
        draw();
      }
    },
  );
  if (!untouched || !(view instanceof Overview)) draw();
  window.scrollTo(0, 0);
}

function draw() {
  if (untouched) {
    untouched = false;
    app.replaceChildren();
  }
  const name = view.title();
  document.title = name ? `${name} – Skep tracker` : "Skep tracker";
  render(
    html`
      <header class="bar row">
        <a class="brand" href="#/"><span class="mark">${icons.skep}</span> Skep tracker</a>
        ${announce ? html`<p class="quiet small announce">announce to <code><bdi>${announce}</bdi></code></p>` : nothing}
        <span class="grow"></span>
        ${isAdministrator()
          ? html`<button id="log-out" @click=${leave}>Log out</button>`
          : html`<button id="log-in" @click=${() => askToLogIn(enter)}>Log in</button>`}
      </header>
      ${notes.template(connected, "The tracker does not answer, or not to you; trying again.")}
      ${view.template()}
      <footer class="row quiet small">
        ${tracker
          ? html`<span>version ${printable(tracker.version)}, up for ${span(Date.now() / 1000 - tracker.startedAt)}, peers announce every ${span(tracker.interval)}</span>`
          : nothing}
        <a href=${address("/api/v1/stats")}>Numbers as JSON</a><a href=${place("/metrics")}>Metrics</a><a href=${place("/health")}>Health</a><a href=${place("/openapi")}>API</a>
      </footer>
    `,
    app,
  );
  view.drawn?.();
}

/** There may be more to see now. */
function enter() {
  if (closed !== undefined) location.reload();
  else go();
}

async function leave() {
  if (await attempt("", logOut)) location.reload();
}

// Where nothing happens nothing is told, but time passes.
setInterval(() => document.hidden || untouched || draw(), 1000);

window.addEventListener("hashchange", () => {
  arriving = true; // who hears the page hears where it leads
  go();
});
go();
if (closed === undefined) look().then(() => untouched || draw(), () => {}); // its stream tells who may not ask
