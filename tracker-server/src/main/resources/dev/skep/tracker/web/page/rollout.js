// The page of one rollout: a tile for each host, the worst first.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import * as icons from "skep/icons.js";
import { bytes, count, percent, printable, rate, span } from "skep/words.js";
import { address, ask } from "./api.js";
import { counted, due, figure, meter, number, rolloutMeter, text } from "./parts.js";

const STEP = 300;
const AGAIN_MILLIS = 4000;
const WORST = ["failed", "stalled", "unseen", "waiting", "verified", "downloading"];

const FILTERS = {
  all: ["all hosts", () => true],
  missing: ["not done", (host) => !host.done],
  failed: ["failed", (host) => host.state === "failed"],
  stalled: ["stalled", (host) => host.state === "stalled"],
  done: ["done", (host) => host.done],
};

const WORDS = { unseen: "never seen", waiting: "not begun" };
const rank = (host) => (host.done ? WORST.length : WORST.indexOf(host.state));

/** Why it is not done, as far as that is known. */
function reason(host) {
  if (host.done) return host.seconds === undefined ? "" : `in ${span(host.seconds)}`;
  if (host.reason) return host.reason;
  if (host.state === "unseen") return "no agent of this name was ever heard of";
  if (host.state === "waiting") return "its agent is there, and said nothing of this torrent";
  const left = host.secondsLeft === undefined ? "" : `, about ${span(host.secondsLeft)} left`;
  return host.bytesPerSecond === undefined ? "" : `${rate(host.bytesPerSecond)}${left}`;
}

export class Rollout {
  #context;
  #id;
  #row;
  #gone = false;
  #hosts = new Map();
  #source;
  #last = "";
  #ended = false;
  #changed;
  #state;
  #due = false;
  #retry;
  #hidden = () => this.#look();
  #filter = "all";
  #words = "";
  #most = STEP;

  constructor(context, id) {
    this.#context = context;
    this.#id = id;
  }

  title() {
    return this.#row ? printable(this.#row.name) : "";
  }

  update() {}

  // ---- The API's own stream of what changes

  follow(changed, state) {
    this.#changed = changed;
    this.#state = state;
    document.addEventListener("visibilitychange", this.#hidden);
    this.#look();
  }

  close() {
    document.removeEventListener("visibilitychange", this.#hidden);
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }

  /** A page that nobody sees asks for nothing. */
  #look() {
    if (document.hidden) {
      this.#source?.close();
      this.#source = undefined;
    } else if (!this.#source && !this.#ended && !this.#gone) {
      this.#open();
    }
  }

  #open() {
    const after = this.#last ? `?after=${encodeURIComponent(this.#last)}` : "";
    const source = new EventSource(address(`/api/v1/rollouts/${this.#id}/events${after}`));
    this.#source = source;
    const hear = (kind, take) =>
      source.addEventListener(kind, (event) => {
        take(event);
        this.#last = event.lastEventId;
        this.#news();
      });
    hear("at", (event) => {
      if (event.lastEventId === "0") this.#hosts.clear(); // all of them follow
    });
    hear("host", (event) => {
      const host = JSON.parse(event.data);
      this.#hosts.set(host.name, host);
    });
    hear("rollout", (event) => {
      this.#row = JSON.parse(event.data);
      // A host that was taken out is not told of: all that are left are asked for.
      if (this.#row.counts.hosts < this.#hosts.size) this.#anew();
    });
    hear("end", (event) => {
      this.#row = JSON.parse(event.data);
      this.#ended = true;
      this.close();
    });
    source.onerror = () => {
      if (this.#source !== source) return;
      if (source.readyState === EventSource.CLOSED) this.#refused();
      else this.#later(() => this.#state(false));
    };
  }

  #anew() {
    this.#last = "";
    this.#source?.close();
    this.#open();
  }

  #later(what) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(what, AGAIN_MILLIS);
  }

  /** Why, the stream does not say. */
  async #refused() {
    this.#source = undefined;
    try {
      await ask(`/api/v1/rollouts/${this.#id}`);
    } catch (e) {
      this.#gone = e.status === 404;
      if (!this.#gone) this.#state(false);
    }
    if (this.#gone) this.#changed(new Map());
    else this.#later(() => this.#look());
  }

  /** Many hosts may come at once; they are drawn together. */
  #news() {
    clearTimeout(this.#retry);
    this.#state(true);
    if (this.#due) return;
    this.#due = true;
    setTimeout(() => {
      this.#due = false;
      this.#changed(new Map());
    }, 50);
  }

  // ---- What is shown

  template() {
    const row = this.#row;
    const back = html`<a class="back" href="#/">${icons.back} Tracker</a>`;
    if (this.#gone) return html`<main class="stack">${back}<h1 tabindex="-1">Not here</h1><p class="empty">There is no rollout <code>${this.#id}</code> any more; or it is not shown to you.</p></main>`;
    if (!row) return html`<main>${back}<h1 tabindex="-1">Rollout</h1><p class="quiet">Loading …</p></main>`;
    const { counts } = row;
    return html`
      <main class="stack">
        ${back}
        <h1 tabindex="-1">Rollout of <a href="#/t/${row.infoHash}">${text(row.name)}</a></h1>
        <p id="how"><strong class=${row.state === "late" ? "bad" : ""}>${row.state === "late" ? html`${icons.warning} ` : nothing}${row.state}</strong>: ${counted(row)}; ${due(row)}</p>
        ${this.#context.rolloutButtons(row)}
        <div class="card padded stack">
          <dl class="figures">
            ${figure("done", `${number(counts.done)} of ${number(counts.needed)}`)}
            ${figure("of all bytes", percent(row.progress))}
            ${figure("receives", rate(row.bytesPerSecond), "down")}
            ${figure("failed", number(counts.failed), counts.failed ? "bad" : "")}
            ${figure("late", number(counts.late), counts.late ? "bad" : "")}
            ${figure("size", bytes(row.totalBytes))}
          </dl>
          ${rolloutMeter(row)}
        </div>
        ${this.#tiles()}
        ${this.#facts(row)}
      </main>
    `;
  }

  #tiles() {
    const words = this.#words.toLowerCase();
    const shown = [...this.#hosts.values()]
      .filter(FILTERS[this.#filter][1])
      .filter((host) => host.name.toLowerCase().includes(words))
      .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en", { numeric: true }));
    const set = (change) => { change(); this.#context.draw(); };
    return html`<section class="stack" aria-labelledby="h-hosts">
      <h2 id="h-hosts">Hosts <span class="quiet count">${number(this.#hosts.size)}</span></h2>
      <div class="row tools" role="search">
        <label class="grow"><span class="spoken">Find by name</span>
          <input type="search" id="find" placeholder="Find by name" spellcheck="false" .value=${this.#words}
            @input=${(e) => set(() => { this.#words = e.target.value; })}></label>
        <label><span class="spoken">Show</span><select id="filter"
          @change=${(e) => set(() => { if (Object.hasOwn(FILTERS, e.target.value)) this.#filter = e.target.value; })}>
          ${Object.entries(FILTERS).map(([key, [name]]) => html`<option value=${key} ?selected=${key === this.#filter}>Show: ${name}</option>`)}
        </select></label>
      </div>
      ${shown.length
        ? html`<ul class="tiles">${repeat(shown.slice(0, this.#most), (host) => host.name, (host) => this.#tile(host))}</ul>`
        : html`<p class="empty">${this.#hosts.size ? "No host is like that." : "No host is meant so far: agents that match are taken in when they are heard of."}</p>`}
      ${shown.length > this.#most
        ? html`<p><button @click=${() => set(() => { this.#most += STEP; })}>Show more of ${count(shown.length, "host")}</button></p>`
        : nothing}
    </section>`;
  }

  #tile(host) {
    const kind = host.done ? "done" : host.state;
    return html`<li class="card tile ${kind}" data-host=${host.name}>
      <p><strong>${text(host.name)}</strong></p>
      <p class="row small"><span class="state">${kind === "done" ? icons.verify : kind === "failed" ? icons.warning : nothing} ${WORDS[kind] ?? kind}${this.#row.state === "late" && !host.done ? ", late" : ""}</span>
        ${host.progress === undefined ? nothing : html`${meter(host.progress, host.done ? "done" : "")}<span class="number">${percent(host.progress)}</span>`}</p>
      <p class="quiet small"><bdi>${printable(reason(host))}</bdi></p>
      ${host.alsoFrom ? html`<p class="bad small">Another machine uses its name, from ${host.alsoFrom}.</p>` : nothing}
      ${host.address ? html`<p class="quiet small number">${host.address}</p>` : nothing}
    </li>`;
  }

  #facts(row) {
    const fact = (name, value) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing);
    const time = (at) => at && new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
    const { target } = row;
    return html`<section class="card padded stack" aria-labelledby="h-facts">
      <h2 id="h-facts">About it</h2>
      <dl class="facts">
        ${fact("begun", time(row.created))}
        ${fact("deadline", time(row.deadline))}
        ${fact("ended", time(row.ended))}
        ${fact("a host is done when it is", row.done)}
        ${fact("hosts by name", target.hosts ? number(target.hosts) : "")}
        ${fact("hosts by label", target.labels.length ? text(target.labels.join(", ")) : "")}
        ${fact("hosts by network", target.networks.join(", "))}
        ${fact("hosts by zone", target.zones.join(", "))}
        ${fact("any so many suffice", target.anyOf && number(target.anyOf))}
        ${fact("webhooks", row.webhooks ? number(row.webhooks) : "")}
        ${fact("id", html`<code>${row.id}</code>`)}
      </dl>
    </section>`;
  }
}
