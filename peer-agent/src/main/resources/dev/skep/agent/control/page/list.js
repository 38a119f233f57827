// The list of all torrents.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import * as icons from "skep/icons.js";
import { bytes, count, percent, printable, rate, ratio, span } from "skep/words.js";
import { askToRemove } from "./dialogs.js";

const STEP = 200;

export const STATES = ["paused", "waits to check", "checking", "waits", "downloading", "waits to seed", "seeding"];

export function state(torrent) {
  if (torrent.error === 3) return "failed";
  if (torrent.metadata_percent_complete < 1 && torrent.status === 4) return "asks for it";
  return STATES[torrent.status];
}

export const share = (torrent) => (torrent.status === 2 ? torrent.recheck_progress : torrent.percent_done);

/** How far it is, for eyes: its figure stands beside it. */
export const meter = (torrent) => html`<svg
  class="meter ${torrent.percent_done >= 1 ? "done" : torrent.status === 0 ? "rest" : ""}"
  aria-hidden="true" preserveAspectRatio="none"><rect width="${(100 * share(torrent)).toFixed(2)}%" height="100%"></rect></svg>`;

export const left = (torrent) => (torrent.eta >= 0 && torrent.status === 4 ? span(torrent.eta) : "–");

const ORDERS = {
  queue: ["place in the queue", (a, b) => a.queue_position - b.queue_position],
  name: ["name", (a, b) => a.name.localeCompare(b.name)],
  added: ["newest first", (a, b) => b.added_date - a.added_date || b.id - a.id],
  done: ["how much is done", (a, b) => a.percent_done - b.percent_done],
  rates: ["rates", (a, b) => b.rate_download + b.rate_upload - a.rate_download - a.rate_upload],
};

const FILTERS = {
  all: ["all", () => true],
  active: ["at work", (t) => t.rate_download + t.rate_upload > 0],
  downloading: ["downloading", (t) => t.status === 3 || t.status === 4],
  seeding: ["seeding", (t) => t.status === 5 || t.status === 6],
  paused: ["paused", (t) => t.status === 0],
  wrong: ["with a problem", (t) => t.error > 0],
};

const isOneOf = (known, name) => (Object.hasOwn(known, name) ? name : Object.keys(known)[0]);

export class List {
  #context;
  #torrents;
  #chosen = new Set();
  #words = "";
  #filter = "all";
  #order = "queue";
  #most = STEP;

  constructor(context) {
    this.#context = context;
  }

  title() {
    return "";
  }

  update(parts) {
    this.#torrents = [...parts].filter(([key]) => key !== "session").map(([, torrent]) => torrent);
    const there = new Set(this.#torrents.map((torrent) => torrent.id));
    for (const id of this.#chosen) if (!there.has(id)) this.#chosen.delete(id);
  }

  #shown() {
    const words = this.#words.toLowerCase();
    return this.#torrents
      .filter(FILTERS[this.#filter][1])
      .filter((t) => t.name.toLowerCase().includes(words) || t.labels.some((label) => label.toLowerCase() === words))
      .sort(ORDERS[this.#order][1]);
  }

  template() {
    if (!this.#torrents) return html`<main><h1 tabindex="-1">Torrents</h1><p class="quiet">Loading …</p></main>`;
    const shown = this.#shown();
    return html`
      <main class="stack">
        <h1 tabindex="-1">Torrents <span class="quiet count">${this.#torrents.length}</span></h1>
        ${this.#torrents.length === 0
          ? html`<p class="empty">No torrent yet. Add one with the button above, drop a file here, or type
              <code>skep agent add FILE</code>.</p>`
          : [this.#tools(shown), this.#table(shown)]}
      </main>
    `;
  }

  #tools(shown) {
    const some = this.#torrents.filter((torrent) => this.#chosen.has(torrent.id));
    const ids = some.map((torrent) => torrent.id);
    const what = some.length === 1 ? printable(some[0].name) : count(some.length, "torrent");
    const act = (method, done, params = {}) =>
      this.#context.attempt(`${done} ${what}.`, () => this.#context.call(method, { ids, ...params }));
    return html`
      <div class="row tools" role="search">
        <label class="grow"><span class="spoken">Find by name or label</span>
          <input type="search" id="find" placeholder="Find by name or label" .value=${this.#words}
            @input=${(e) => this.#set(() => { this.#words = e.target.value; })}></label>
        ${this.#select("filter", "Show", FILTERS, this.#filter, (value) => { this.#filter = value; })}
        ${this.#select("order", "Sort by", ORDERS, this.#order, (value) => { this.#order = value; })}
      </div>
      <div class="row tools" role="toolbar" aria-label="What to do with the chosen torrents">
        <label class="check"><input type="checkbox" id="all"
          .checked=${shown.length > 0 && shown.every((t) => this.#chosen.has(t.id))}
          @change=${(e) => this.#set(() => { this.#chosen = new Set(e.target.checked ? shown.map((t) => t.id) : []); })}>
          ${some.length === 0 ? "Choose all" : `${some.length} chosen`}</label>
        <button id="resume" ?disabled=${!some.length} @click=${() => act("torrent_start", "Resumed")}>${icons.play} Resume</button>
        <button id="pause" ?disabled=${!some.length} @click=${() => act("torrent_stop", "Paused")}>${icons.pause} Pause</button>
        <button id="verify" ?disabled=${!some.length} @click=${() => act("torrent_verify", "Checking")}>${icons.verify} Verify</button>
        <button id="top" ?disabled=${!some.length} @click=${() => act("queue_move_top", "First in the queue:")}>${icons.up} To the top</button>
        <button id="remove" class="harm" ?disabled=${!some.length} @click=${() => askToRemove(this.#context, some)}>${icons.remove} Remove</button>
      </div>
    `;
  }

  #select(id, label, options, value, choose) {
    return html`<label><span class="spoken">${label}</span><select id=${id}
      @change=${(e) => this.#set(() => choose(isOneOf(options, e.target.value)))}>
      ${Object.entries(options).map(([key, [words]]) => html`<option value=${key} ?selected=${key === value}>${label}: ${words}</option>`)}
    </select></label>`;
  }

  #set(change) {
    change();
    this.#context.draw();
  }

  #table(shown) {
    if (shown.length === 0) return html`<p class="empty">No torrent is like that.</p>`;
    return html`
      <div class="card torrents" role="table" aria-label="Torrents">
        <div class="torrent head" role="row">
          ${["Chosen", "Name", "Done", "Down", "Up", "Left", "Peers", "Ratio", "State"].map(
            (name) => html`<span role="columnheader"><span class=${name === "Chosen" ? "spoken" : ""}>${name}</span></span>`)}
        </div>
        ${repeat(shown.slice(0, this.#most), (torrent) => torrent.id, (torrent) => this.#row(torrent))}
      </div>
      ${shown.length > this.#most
        ? html`<button @click=${() => this.#set(() => { this.#most += STEP; })}>Show more of ${shown.length}</button>`
        : nothing}
    `;
  }

  #row(torrent) {
    const name = printable(torrent.name);
    const choose = (e) =>
      this.#set(() => { e.target.checked ? this.#chosen.add(torrent.id) : this.#chosen.delete(torrent.id); });
    const cell = (part, label, value) =>
      html`<span role="cell" class="number ${part}"><span class="label">${label}</span>${value}</span>`;
    return html`
      <div class="torrent" role="row" data-hash=${torrent.hash_string}>
        <span role="cell" class="choice"><input type="checkbox" aria-label="Choose ${name}"
          .checked=${this.#chosen.has(torrent.id)} @change=${choose}></span>
        <span role="cell" class="name">
          <a href="#/t/${torrent.hash_string}"><bdi>${name}</bdi></a>
          ${torrent.labels.map((label) => html` <span class="tag"><bdi>${printable(label)}</bdi></span>`)}
          ${meter(torrent)}
          <span class="quiet small doctor">${torrent.error === 3 ? html`<span class="bad">${icons.warning}</span> ` : nothing}<bdi>${printable(torrent.sentence)}</bdi></span>
        </span>
        ${cell("done", "", html`${percent(share(torrent))} <span class="quiet size">of ${bytes(torrent.size_when_done)}</span>`)}
        ${cell("down", icons.down, torrent.rate_download ? rate(torrent.rate_download) : "–")}
        ${cell("up", icons.up, torrent.rate_upload ? rate(torrent.rate_upload) : "–")}
        ${cell("left", "left ", left(torrent))}
        ${cell("peers", "peers ", torrent.peers_connected)}
        ${cell("ratio", "ratio ", ratio(torrent.upload_ratio))}
        ${cell("state", "", state(torrent))}
      </div>
    `;
  }
}
