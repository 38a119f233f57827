// The tracker at a glance: its numbers, what is rolled out, and its torrents.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import * as icons from "skep/icons.js";
import { Live } from "skep/live.js";
import { bytes, count, printable } from "skep/words.js";
import { address, Listed } from "./api.js";
import { peersChart, peersOf } from "./chart.js";
import { figure, kept, labels, number, rolloutCard, rolloutsIn, text } from "./parts.js";

const SORTS = ["peers", "seeders", "leechers", "completed"];
const AGAIN_MILLIS = 10_000;
const TYPED_MILLIS = 300;

export class Overview {
  #context;
  #parts;
  #sort = "peers";
  #name;
  #label;
  #more; // torrents behind those that are shown live
  #found; // what a search found
  #older; // rollouts
  #typed;
  #again;
  #live;
  #chart = peersChart();

  /** @param words what is looked for, as the address of the page has it */
  constructor(context, words) {
    this.#context = context;
    this.#name = words.get("name") ?? "";
    this.#label = words.get("label") ?? "";
    this.#again = setInterval(() => document.hidden || this.#search(), AGAIN_MILLIS);
    if (this.#isSearch) this.#search();
  }

  follow(changed, state) {
    const open = () => {
      this.#live = new Live(address(`/page/events?sort=${this.#sort}`), changed, state);
    };
    open();
    this.reopen = () => {
      this.#live.close();
      open();
    };
  }

  close() {
    clearInterval(this.#again);
    clearTimeout(this.#typed);
    this.#live?.close();
    this.#chart.close();
  }

  title() {
    return "";
  }

  update(parts) {
    this.#parts = parts;
  }

  tracker() {
    return this.#parts?.get("tracker");
  }

  drawn() {
    const history = this.#parts?.get("history");
    if (history) this.#chart.show(document.getElementById("chart"), peersOf(history, this.tracker()));
  }

  template() {
    const tracker = this.tracker();
    if (!tracker) return html`<main><h1 tabindex="-1">Tracker</h1><p class="quiet">Loading …</p></main>`;
    const rollouts = rolloutsIn(this.#parts);
    return html`
      <main class="stack">
        <h1 tabindex="-1" class="spoken">Tracker</h1>
        ${this.#health()}
        <dl class="card padded figures" id="figures">
          ${figure("torrents", number(tracker.torrents))}
          ${figure("seeders", number(tracker.seeders))}
          ${figure("leechers", number(tracker.leechers))}
          ${figure("peers", number(tracker.peers))}
          ${figure("completed", number(tracker.completed))}
          ${figure("announces a second", tracker.announcesPerSecond < 0 ? "–" : number(tracker.announcesPerSecond))}
        </dl>
        <div class="columns">
          <section class="card padded stack" aria-labelledby="h-chart">
            <h2 id="h-chart">Peers in the last hour</h2>
            <div id="chart" class="chart"></div>
          </section>
          <section class="stack" aria-labelledby="h-rollouts">
            <div class="row"><h2 class="grow" id="h-rollouts">Rollouts</h2>${this.#context.rolloutButton()}</div>
            ${rollouts.length
              ? html`<ul class="stack" id="rollouts">${repeat(rollouts, (rollout) => rollout.id, rolloutCard)}</ul>${this.#olderRollouts(rollouts)}`
              : html`<p class="empty">Nothing is rolled out. <code>skep push FILE --to label=NAME</code> begins one.</p>`}
          </section>
        </div>
        ${this.#torrents()}
      </main>
    `;
  }

  #health() {
    const checks = this.#parts.get("health") ?? [];
    const told = checks.filter((check) => !check.up || check.problem || check.damage);
    if (told.length === 0) return html`<p id="health" class="small"><span class="good">${icons.verify}</span> Healthy: ${checks.map((check) => check.name).join(", ")}</p>`;
    return html`<div id="health" class="warning" role="alert">${told.map(
      (check) => html`<p>${icons.warning} <strong>${check.name}</strong>: ${printable(check.problem ?? check.damage ?? "is down")}</p>`)}</div>`;
  }

  // ---- Rollouts that ended long ago

  #olderRollouts(shown) {
    const known = new Set(shown.map((rollout) => rollout.id));
    const older = (this.#older?.rows ?? []).filter((rollout) => !known.has(rollout.id));
    const isMore = this.#older ? this.#older.next : shown.length >= 20;
    return html`
      ${older.length ? html`<ul class="stack">${repeat(older, (rollout) => rollout.id, rolloutCard)}</ul>` : nothing}
      ${isMore ? html`<p><button @click=${() => this.#page((this.#older ??= new Listed("/api/v1/rollouts?limit=50", "rollouts")))}>Show more rollouts</button></p>` : nothing}
    `;
  }

  async #page(list) {
    await this.#context.attempt("", () => list.more());
    this.#context.draw();
  }

  // ---- Torrents

  get #isSearch() {
    return this.#name !== "" || this.#label !== "";
  }

  #type(words) {
    this.#name = words;
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => {
      const hash = words.trim().toLowerCase();
      if (/^[0-9a-f]{40}$/.test(hash)) {
        location.hash = `#/t/${hash}`;
      } else {
        this.#found = undefined;
        this.#search();
      }
    }, TYPED_MILLIS);
    this.#context.draw();
  }

  /** Only who has typed something has something found; found again now and then, as far as it was shown. */
  async #search() {
    if (!this.#isSearch) return;
    const words = new URLSearchParams({ limit: Math.min(1000, Math.max(50, this.#found?.rows.length ?? 0)) });
    if (this.#name) words.set("name", this.#name);
    if (this.#label) words.set("label", this.#label);
    const asked = `${this.#name}\n${this.#label}`;
    const list = new Listed(`/api/v1/torrents?${words}`, "torrents");
    await this.#context.attempt("", () => list.more());
    if (asked === `${this.#name}\n${this.#label}`) {
      this.#found = list;
      this.#context.draw();
    }
  }

  #torrents() {
    return html`<section class="stack" aria-labelledby="h-torrents">
      <h2 id="h-torrents">Torrents <span class="quiet count">${this.#parts.get("swarms").total?.toLocaleString("en") ?? ""}</span></h2>
      <div class="row tools" role="search">
        <label class="grow"><span class="spoken">Find by name or info-hash</span>
          <input type="search" id="find" placeholder="Find by name or info-hash" spellcheck="false" autocapitalize="off"
            .value=${this.#name} @input=${(e) => this.#type(e.target.value)}></label>
        ${this.#label
          ? html`<button @click=${() => { location.hash = "#/"; }} aria-label="Show all labels again">${icons.remove} ${printable(this.#label)}</button>`
          : nothing}
        ${this.#isSearch
          ? nothing
          : html`<label><span class="spoken">Sort by</span><select id="sort" @change=${(e) => this.#order(e.target.value)}>
              ${SORTS.map((sort) => html`<option value=${sort} ?selected=${sort === this.#sort}>most ${sort}</option>`)}
            </select></label>`}
      </div>
      ${this.#label ? kept(this.#parts.get("keep"), [this.#label]) : nothing}
      ${this.#isSearch ? this.#searched() : this.#biggest()}
    </section>`;
  }

  #order(sort) {
    if (!SORTS.includes(sort)) return;
    this.#sort = sort;
    this.#more = undefined;
    this.reopen();
  }

  #searched() {
    if (!this.#found) return html`<p class="quiet" role="status">Looking …</p>`;
    if (this.#found.rows.length === 0 && !this.#found.next) {
      return html`<p class="empty" role="status">No registered torrent is like that.</p>`;
    }
    return html`<p class="quiet small" role="status">${count(this.#found.rows.length, "torrent")}${this.#found.next ? " and more" : ""} found</p>
      ${this.#table(this.#found.rows)} ${this.#moreButton(this.#found)}`;
  }

  #biggest() {
    const swarms = this.#parts.get("swarms");
    const live = swarms.order.map((hash) => this.#parts.get(`t:${hash}`)).filter(Boolean);
    if (live.length === 0) {
      return html`<p class="empty">No torrent yet. Announce one with <code>skep seed</code>, or register one with <code>skep tracker publish</code>.</p>`;
    }
    const known = new Set(swarms.order);
    const rest = (this.#more?.rows ?? []).filter((torrent) => !known.has(torrent.infoHash));
    const list = this.#more ?? new Listed(`/api/v1/torrents?sort=${this.#sort}&limit=50`, "torrents", swarms.next);
    return html`${this.#table([...live, ...rest])}
      ${list.next ? this.#moreButton(list, () => { this.#more = list; }) : nothing}`;
  }

  #moreButton(list, begin = () => {}) {
    return list.next
      ? html`<p><button ?disabled=${list.loading} @click=${() => { begin(); this.#page(list); }}>Show more torrents</button></p>`
      : nothing;
  }

  #table(torrents) {
    return html`<div class="card scroll" role="region" aria-labelledby="h-torrents" tabindex="0"><table class="swarms">
      <thead><tr><th scope="col">Torrent</th><th scope="col" class="right size">Size</th><th scope="col" class="right">Seeders</th><th scope="col" class="right">Leechers</th><th scope="col" class="right completed">Completed</th></tr></thead>
      <tbody>${repeat(torrents, (torrent) => torrent.infoHash, (torrent) => this.#row(torrent))}</tbody>
    </table></div>`;
  }

  #row(torrent) {
    return html`<tr data-hash=${torrent.infoHash}>
      <th scope="row">
        <a href="#/t/${torrent.infoHash}">${torrent.name === undefined ? html`<code>${torrent.infoHash}</code>` : text(torrent.name)}</a>${labels(torrent)}
        ${torrent.name === undefined ? html`<span class="quiet small">not registered</span>` : html`<code class="quiet hash">${torrent.infoHash}</code>`}
      </th>
      <td class="right size">${torrent.totalBytes === undefined ? "" : bytes(torrent.totalBytes)}</td>
      <td class="right">${number(torrent.seeders)}</td>
      <td class="right">${number(torrent.leechers)}</td>
      <td class="right completed">${number(torrent.completed)}</td>
    </tr>`;
  }
}
