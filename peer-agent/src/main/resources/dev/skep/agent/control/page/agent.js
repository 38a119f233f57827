// The agent's page: which of its views is shown, and what is above both.
import { html, nothing, render } from "lit-html";
import * as icons from "skep/icons.js";
import { Live } from "skep/live.js";
import { Notes } from "skep/notes.js";
import { printable, rate } from "skep/words.js";
import { askToAdd, askToLimitAll } from "./dialogs.js";
import { List } from "./list.js";
import { call, know } from "./rpc.js";
import { Torrent } from "./torrent.js";

const app = document.getElementById("app");
let view;
let live;
let session;
let connected = true;
let arriving = false;

const notes = new Notes(draw);
const { attempt, say } = notes;
const context = { attempt, call, draw, say, session: () => session };

function go() {
  const torrent = /^#\/t\/([0-9a-f]{40})$/.exec(location.hash);
  live?.close();
  view?.close?.();
  view = torrent ? new Torrent(context, torrent[1]) : new List(context);
  live = new Live(
    torrent ? `/events?torrent=${torrent[1]}` : "/events",
    (parts) => {
      session = parts.get("session");
      know(session.session_id);
      view.update(parts);
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
  draw();
  window.scrollTo(0, 0);
}

function draw() {
  const name = view.title();
  document.title = name ? `${name} – Skep agent` : "Skep agent";
  render(
    html`
      <header class="bar row">
        <a class="brand" href="#/"><span class="mark">${icons.skep}</span> Skep agent</a>
        <p class="rates number" aria-label="All torrents">
          ${session
            ? html`<span class="down">${icons.down}<span class="spoken">receives</span> ${rate(session.down)}</span>
                <span class="up">${icons.up}<span class="spoken">sends</span> ${rate(session.up)}</span>`
            : nothing}
        </p>
        <span class="grow"></span>
        ${session
          ? html`<button id="slow" aria-pressed=${session.alt_speed_enabled} @click=${slower}
                title="Hold to the other limits">${icons.gauge} Slow</button>`
          : nothing}
        <button id="limits" @click=${() => askToLimitAll(context)}>${icons.gauge} Limits</button>
        <button id="add" class="main" @click=${() => askToAdd(context)}>${icons.add} Add</button>
      </header>
      ${notes.template(connected, "The agent does not answer; trying again.")}
      ${view.template()}
      <footer class="row quiet small">
        <span>${session ? printable(session.version) : ""}</span>
        <a href="/metrics">Metrics</a><a href="/health">Health</a>
      </footer>
    `,
    app,
  );
  view.drawn?.();
}

function slower() {
  const on = !session.alt_speed_enabled;
  attempt(on ? "The other limits hold." : "The usual limits hold.", () =>
    call("session_set", { alt_speed_enabled: on }));
}

// Torrent files may be dropped anywhere.
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) {
    event.preventDefault();
    document.body.classList.add("dropping");
  }
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (carriesFiles(event)) {
    event.preventDefault();
    askToAdd(context, [...event.dataTransfer.files]);
  }
});

window.addEventListener("hashchange", () => {
  arriving = true; // who hears the page hears where it leads
  go();
});
app.replaceChildren();
go();
