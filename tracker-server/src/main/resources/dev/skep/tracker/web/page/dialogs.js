// What is asked before something is done.
import { html, nothing } from "lit-html";
import { cancel, open as show, submits } from "skep/dialog.js";
import * as icons from "skep/icons.js";
import { bytes } from "skep/words.js";
import { alike } from "./api.js";
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
      ${heading} ${fields(draw)}
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
  let several = []; // of the name that was typed
  const look = async (name, draw) => {
    several = name && !/^[0-9a-f]{40}$/i.test(name) ? await alike(name).catch(() => []) : [];
    draw();
  };
  asks(
    "New rollout",
    (draw) => html`
      <label>Torrent: a name of the catalogue, or an info-hash
        <input type="text" name="torrent" required spellcheck="false" autocapitalize="off" value=${torrent}
          @change=${(e) => look(e.target.value.trim(), draw)}></label>
      ${several.length > 1
        ? html`<label>Which of those that are called so <select name="which">
            ${several.map((each, i) => html`<option value=${each.infoHash}>${i === 0 ? "newest: " : ""}${
              new Date(each.published).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}, ${bytes(each.totalBytes)}, ${each.infoHash.slice(0, 8)}</option>`)}
          </select></label>`
        : nothing}
      <label>Hosts whose agents have one of these labels <input type="text" name="labels" spellcheck="false" autocapitalize="off" placeholder="web, db"></label>
      <label>Hosts by name <textarea name="hosts" spellcheck="false" autocapitalize="off"></textarea></label>
      <details>
        <summary>By address, webhooks, metrics</summary>
        <div class="stack">
          <label>Hosts in one of these networks <input type="text" name="networks" spellcheck="false" autocapitalize="off" placeholder="10.1.0.0/16, 2001:db8::/32"></label>
          <label>Hosts in one of these zones, by number <input type="text" name="zones" inputmode="numeric" spellcheck="false" placeholder="1, 2"></label>
          <label>Webhooks: URLs that are told when it is done or late, or a host fails <textarea name="webhooks" spellcheck="false" autocapitalize="off" placeholder="https://hooks.lan/skep"></textarea></label>
          <label>Name of its series in the metrics <input type="text" name="metrics" spellcheck="false" autocapitalize="off" placeholder="none"></label>
        </div>
      </details>
      <div class="row limit">
        <label class="grow">Any so many suffice <input type="number" name="any" min="1" max="10000" placeholder="all"></label>
        <label class="grow">Due in minutes <input type="number" name="due" min="1" max="500000" placeholder="no deadline"></label>
      </div>
      <label>A host is done when its copy is <select name="done"><option value="verified">verified</option><option value="hooked">verified, and its hook is done</option></select></label>`,
    (busy) => html`<button class="main" ?disabled=${busy}>Begin</button>`,
    async (form) => {
      const plan = { torrent: form.get("which") ?? form.get("torrent").trim(), done: form.get("done") };
      for (const which of ["labels", "hosts", "networks", "webhooks"]) {
        if (words(form.get(which)).length) plan[which] = words(form.get(which));
      }
      if (words(form.get("zones")).length) plan.zones = words(form.get("zones")).map(Number);
      if (form.get("metrics").trim()) plan.metrics = form.get("metrics").trim();
      if (form.get("any")) plan.anyOf = Number(form.get("any"));
      if (form.get("due")) plan.deadline = new Date(Date.now() + 60_000 * Number(form.get("due"))).toISOString();
      const rollout = await (await change("POST", "/api/v1/rollouts", plan)).json();
      say(`Began the rollout of ${rollout.name}.`);
      location.hash = `#/r/${rollout.id}`;
    },
  );
}
