// The page of one torrent.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import * as icons from "skep/icons.js";
import { Live } from "skep/live.js";
import { bytes, percent, printable, span } from "skep/words.js";
import { address, alike, ask, Listed } from "./api.js";
import { peersChart, peersOf } from "./chart.js";
import { figure, kept, labels, meter, number, rolloutCard, rolloutsIn, text } from "./parts.js";
import { drawPieces, piecesTemplate } from "./pieces.js";

const nameOf = (torrent) => (torrent.name === undefined ? torrent.infoHash : printable(torrent.name));
const day = (time) => new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

export class Torrent {
  #context;
  #hash;
  #parts = new Map();
  #more;
  #magnet;
  #alike = []; // all that are published under its name
  #live;
  #chart = peersChart();

  constructor(context, hash) {
    this.#context = context;
    this.#hash = hash;
  }

  follow(changed, state) {
    this.#live = new Live(address(`/page/events?torrent=${this.#hash}`), changed, state);
  }

  close() {
    this.#live?.close();
    this.#chart.close();
  }

  get #torrent() {
    return this.#parts.get("torrent");
  }

  title() {
    return this.#torrent ? nameOf(this.#torrent) : "";
  }

  update(parts) {
    this.#parts = parts;
    if (this.#torrent?.registered && this.#magnet === undefined) {
      this.#magnet = "";
      this.#askForLink();
    }
  }

  async #askForLink() {
    try {
      const link = await (await ask(`/torrents/${this.#hash}.magnet`)).text();
      this.#magnet = link.startsWith("magnet:?") ? link : "";
      this.#alike = await alike(this.#torrent.name);
      this.#context.draw();
    } catch {
      this.#magnet = undefined; // asked for again with the next news
    }
  }

  drawn() {
    if (this.#torrent) drawPieces(document.getElementById("map"), this.#parts.get("pieces"));
    const history = this.#parts.get("history");
    if (history && this.#torrent) this.#chart.show(document.getElementById("chart"), peersOf(history, this.#torrent));
  }

  template() {
    const torrent = this.#torrent;
    const back = html`<a class="back" href="#/">${icons.back} All torrents</a>`;
    if (torrent === undefined) return html`<main>${back}<h1 tabindex="-1">Torrent</h1><p class="quiet">Loading …</p></main>`;
    if (torrent === null) {
      return html`<main class="stack">${back}<h1 tabindex="-1">Not here</h1>
        <p class="empty">No torrent <code>${this.#hash}</code> is registered, and nobody announces it; or it is not shown to you.</p></main>`;
    }
    const rollouts = rolloutsIn(this.#parts);
    return html`
      <main class="stack">
        ${back}
        <h1 tabindex="-1"><bdi>${nameOf(torrent)}</bdi>${labels(torrent)}</h1>
        ${this.#buttons(torrent)}
        <dl class="card padded figures">
          ${figure("seeders", number(torrent.seeders))}
          ${figure("leechers", number(torrent.leechers))}
          ${figure("completed", number(torrent.completed))}
          ${torrent.registered ? figure("size", bytes(torrent.totalBytes)) : nothing}
          ${torrent.registered ? figure("files", number(torrent.files)) : nothing}
        </dl>
        <div class="columns">
          <section class="card padded stack" aria-labelledby="h-chart">
            <h2 id="h-chart">Peers in the last hour</h2>
            <div id="chart" class="chart"></div>
          </section>
          ${piecesTemplate(this.#parts.get("pieces"))}
          ${rollouts.length
            ? html`<section class="stack" aria-labelledby="h-rollouts">
                <h2 id="h-rollouts">Rollouts</h2>
                <ul class="stack">${repeat(rollouts, (rollout) => rollout.id, rolloutCard)}</ul>
              </section>`
            : nothing}
        </div>
        ${this.#peers(torrent)} ${this.#namesakes()} ${this.#facts(torrent)}
      </main>
    `;
  }

  #buttons(torrent) {
    if (!torrent.registered) return html`<p class="quiet">It is not in the catalogue: this tracker knows who announces it, and nothing more.</p>`;
    const copies = navigator.clipboard !== undefined; // over HTTPS, or on this machine
    return html`<div class="row" role="toolbar" aria-label="What to do with it">
      <a class="button" id="download" href=${address(`/torrents/${this.#hash}.torrent`)} download>${icons.down} .torrent</a>
      ${this.#magnet ? html`<a class="button" id="magnet" href=${this.#magnet}>${icons.magnet} Magnet link</a>` : nothing}
      ${this.#magnet && copies ? html`<button id="copy" @click=${() => this.#copy()}>${icons.copy} Copy link</button>` : nothing}
      ${this.#context.torrentButtons(torrent)}
    </div>`;
  }

  #copy() {
    this.#context.attempt("The magnet link is copied.", () => navigator.clipboard.writeText(this.#magnet));
  }

  // ---- Peers

  #peers(torrent) {
    const live = this.#parts.get("peers") ?? { peers: [] };
    const key = (peer) => `${peer.address} ${peer.port}`;
    const known = new Set(live.peers.map(key));
    const rest = (this.#more?.rows ?? []).filter((peer) => !known.has(key(peer)));
    const list = this.#more ?? new Listed(`/api/v1/torrents/${this.#hash}/peers?limit=100`, "peers", live.next);
    return html`<section class="card" aria-labelledby="h-peers">
      <h2 class="title" id="h-peers">Peers <span class="quiet count">${number(torrent.seeders + torrent.leechers)}</span></h2>
      ${live.peers.length === 0
        ? html`<p class="padded quiet">Nobody announces it.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="h-peers"><table class="peers">
            <thead><tr><th scope="col">Address</th><th scope="col">Has</th><th scope="col">Client</th><th scope="col" class="right">Received</th><th scope="col" class="right">Sent</th><th scope="col" class="right">Heard</th></tr></thead>
            <tbody>${repeat([...live.peers, ...rest], key, (peer) => this.#peer(peer, torrent))}</tbody>
          </table></div>`}
      ${list.next
        ? html`<p class="padded"><button ?disabled=${list.loading} @click=${() => this.#page(list)}>Show more peers</button></p>`
        : nothing}
    </section>`;
  }

  async #page(list) {
    this.#more = list;
    await this.#context.attempt("", () => list.more());
    this.#context.draw();
  }

  /** What is left is told by the peer, and kept to an eighth. */
  #peer(peer, torrent) {
    const share = peer.seeder ? 1 : torrent.totalBytes ? Math.max(0, 1 - peer.leftBytes / torrent.totalBytes) : undefined;
    return html`<tr>
      <th scope="row" class="number">${peer.address.includes(":") ? `[${peer.address}]` : peer.address}:${peer.port}</th>
      <td class="has">${share === undefined
        ? html`${bytes(peer.leftBytes)} left`
        : html`<span class="row">${meter(share, peer.seeder ? "done" : "")}<span class="number">${peer.seeder ? "" : "about "}${percent(share)}</span></span>`}</td>
      <td><bdi>${printable(peer.client ?? "")}</bdi></td>
      <td class="right">${bytes(peer.downloadedBytes)}</td>
      <td class="right">${bytes(peer.uploadedBytes)}</td>
      <td class="right">${span(peer.idleSeconds)} ago</td>
    </tr>`;
  }

  // ---- Others of its name

  #namesakes() {
    if (this.#alike.length < 2) return nothing;
    return html`<section class="card" aria-labelledby="h-alike">
      <h2 class="title" id="h-alike">Published under this name <span class="quiet count">${number(this.#alike.length)}</span></h2>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="h-alike"><table class="alike">
        <thead><tr><th scope="col">Published</th><th scope="col" class="right">Size</th><th scope="col" class="right">Seeders</th><th scope="col">Info-hash</th></tr></thead>
        <tbody>${this.#alike.map((each, i) => html`<tr>
          <th scope="row">${each.infoHash === this.#hash ? html`${day(each.published)} (this one)` : html`<a href="#/t/${each.infoHash}">${day(each.published)}</a>`}${
            i === 0 ? html` <span class="tag">meant by the name</span>` : nothing}</th>
          <td class="right">${bytes(each.totalBytes)}</td>
          <td class="right">${number(each.seeders)}</td>
          <td><code>${each.infoHash}</code></td>
        </tr>`)}</tbody>
      </table></div>
    </section>`;
  }

  // ---- Facts

  #facts(torrent) {
    const fact = (name, value) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing);
    return html`<section class="card padded stack" aria-labelledby="h-facts">
      <h2 id="h-facts">About it</h2>
      <dl class="facts">
        ${fact("published", torrent.published && day(torrent.published))}
        ${fact("registered here", torrent.registeredAt && day(torrent.registeredAt))}
        ${fact("said to be signed by", torrent.signer && text(torrent.signer))}
        ${fact("info-hash", html`<code>${torrent.infoHash}</code>`)}
        ${fact("magnet link", this.#magnet && html`<code><bdi>${printable(this.#magnet)}</bdi></code>`)}
      </dl>
      ${kept(this.#parts.get("keep"), torrent.labels ?? [])}
    </section>`;
  }
}
