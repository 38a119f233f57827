// What is asked before something is done.
import { html } from "lit-html";
import { cancel, open as show, submits } from "skep/dialog.js";
import * as icons from "skep/icons.js";
import { text } from "./parts.js";
import { change, logIn } from "./session.js";

const place = document.getElementById("dialogs");
const open = (title, content) => show(place, title, content);
const words = (value) => value.split(/[\s,]+/).filter(Boolean);

/** What was wrong stands in the dialog, where one looks. */
function asks(title, fields, button, work) {
  let wrong = "";
  let busy = false;
  open(title, ({ close, draw, title: heading }) => {
    const submit = async (form) => {
      busy = true;
      draw();
      try {
        await work(form);
        close();
      } catch (e) {
        wrong = e.message;
      }
      busy = false;
      draw();
    };
    return html`<form @submit=${submits(submit)}>
      ${heading} ${fields()}
      <p role="alert" class="bad" ?hidden=${!wrong}>${text(wrong)}</p>
      <div class="row">${cancel(close)}${button(busy)}</div>
    </form>`;
  });
}

export function askToLogIn(then) {
  asks(
    "Log in",
    () => html`<label>The tracker's admin token
        <input type="password" name="token" required autocomplete="current-password" spellcheck="false"></label>
      <p class="quiet small">On the tracker's machine it is in <code>admin.token</code> in its data folder. A session ends after 8 hours, and when you log out.</p>`,
    (busy) => html`<button class="main" ?disabled=${busy}>Log in</button>`,
    async (form) => {
      await logIn(form.get("token").trim());
      then();
    },
  );
}

export function askToRemove({ say }, torrent) {
  asks(
    "Remove from the catalogue",
    () => html`<p>${text(torrent.name)} is no longer found here by its name. Nobody's data is deleted, and its peers stay until they leave.</p>`,
    (busy) => html`<button class="harm" id="really" ?disabled=${busy}>${icons.remove} Remove</button>`,
    async () => {
      await change("DELETE", `/api/v1/torrents/${torrent.infoHash}`);
      say(`Removed ${torrent.name}.`);
      location.hash = "#/";
    },
  );
}

export function askToCancel({ say }, rollout) {
  asks(
    "Cancel the rollout",
    () => html`<p>The rollout of ${text(rollout.name)} ends here. Hosts that fetch go on, and what is done stays done.</p>`,
    (busy) => html`<button class="harm" id="really" ?disabled=${busy}>${icons.remove} Cancel the rollout</button>`,
    async () => {
      await change("DELETE", `/api/v1/rollouts/${rollout.id}`);
      say(`Cancelled the rollout of ${rollout.name}.`);
    },
  );
}

/** @param torrent its name or info-hash, if it is known already */
export function askToRoll({ say }, torrent = "") {
  asks(
    "New rollout",
    () => html`
      <label>Torrent: a name of the catalogue, or an info-hash
        <input type="text" name="torrent" required spellcheck="false" autocapitalize="off" value=${torrent}></label>
      <label>Hosts whose agents have one of these labels <input type="text" name="labels" spellcheck="false" autocapitalize="off" placeholder="web, db"></label>
      <label>Hosts by name <textarea name="hosts" spellcheck="false" autocapitalize="off"></textarea></label>
      <div class="row limit">
        <label class="grow">Any so many suffice <input type="number" name="any" min="1" max="10000" placeholder="all"></label>
        <label class="grow">Due in minutes <input type="number" name="due" min="1" max="500000" placeholder="no deadline"></label>
      </div>
      <label>A host is done when its copy is <select name="done"><option value="verified">verified</option><option value="hooked">verified, and its hook is done</option></select></label>`,
    (busy) => html`<button class="main" ?disabled=${busy}>Begin</button>`,
    async (form) => {
      const plan = { torrent: form.get("torrent").trim(), done: form.get("done") };
      if (words(form.get("labels")).length) plan.labels = words(form.get("labels"));
      if (words(form.get("hosts")).length) plan.hosts = words(form.get("hosts"));
      if (form.get("any")) plan.anyOf = Number(form.get("any"));
      if (form.get("due")) plan.deadline = new Date(Date.now() + 60_000 * Number(form.get("due"))).toISOString();
      const rollout = await (await change("POST", "/api/v1/rollouts", plan)).json();
      say(`Began the rollout of ${rollout.name}.`);
      location.hash = `#/r/${rollout.id}`;
    },
  );
}
