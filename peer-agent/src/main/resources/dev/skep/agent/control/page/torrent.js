// The page of one torrent.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import * as icons from "skep/icons.js";
import { bytes, count, moment, percent, printable, rate, ratio, span } from "skep/words.js";
import { rates, ratesChart } from "./chart.js";
import { askToLimit, askToMove, askToRemove } from "./dialogs.js";
import { left, meter, share, state } from "./list.js";
import { drawPieces } from "./pieces.js";

const STEP = 200;
const MEDIA = /\.(mp4|m4v|mkv|webm|mov|mp3|m4a|ogg|oga|opus|flac|wav)$/i;

const SOURCES = {
  named: "named here",
  link: "magnet link",
  tracker: "tracker",
  incoming: "it dialled us",
  peer: "another peer",
  neighbourhood: "local network",
  dht: "DHT",
  web: "web server",
};

const FLAGS = {
  I: "it dialled us",
  d: "we want something of it, and it does not serve us",
  D: "it serves us",
  u: "it wants something of us, and we do not serve it",
  U: "we serve it",
  S: "it left what we asked for unanswered",
  E: "encrypted",
  T: "over uTP",
};

const flagsInWords = (flags) => [...flags].map((flag) => FLAGS[flag] ?? flag).join("; ");

export class Torrent {
  #context;
  #hash;
  #parts = new Map();
  #most = STEP;
  #chart = ratesChart();

  constructor(context, hash) {
    this.#context = context;
    this.#hash = hash;
  }

  close() {
    this.#chart.close();
  }

  title() {
    return this.#torrent ? printable(this.#torrent.name) : "";
  }

  get #torrent() {
    return this.#parts.get("torrent");
  }

  update(parts) {
    this.#parts = parts;
  }

  /** What templates do not draw. */
  drawn() {
    const torrent = this.#torrent;
    if (!torrent) return;
    drawPieces(document.getElementById("map"), this.#parts.get("pieces"), torrent.piece_count);
    const history = this.#parts.get("history");
    if (history) this.#chart.show(document.getElementById("chart"), rates(history, torrent));
  }

  #call(method, done, params = {}) {
    this.#context.attempt(done, () => this.#context.call(method, { ids: [this.#torrent.id], ...params }));
  }

  template() {
    const torrent = this.#torrent;
    const back = html`<a class="back" href="#/">${icons.back} All torrents</a>`;
    if (torrent === undefined) return html`<main>${back}<h1 tabindex="-1">Torrent</h1><p class="quiet">Loading …</p></main>`;
    if (torrent === null) return html`<main class="stack">${back}<h1 tabindex="-1">Gone</h1><p class="empty">The agent has no such torrent any more.</p></main>`;
    return html`
      <main class="stack">
        ${back}
        <h1 tabindex="-1"><bdi>${printable(torrent.name)}</bdi></h1>
        <p class="doctor" id="doctor">${torrent.error === 3 ? html`<span class="bad">${icons.warning}</span> ` : nothing}<strong>${state(torrent)}</strong>: <bdi>${printable(torrent.sentence)}</bdi></p>
        ${this.#buttons(torrent)}
        ${this.#figures(torrent)}
        <div class="columns">
          <section class="card padded stack" aria-labelledby="h-rates">
            <h2 id="h-rates">Rates of the last hour</h2>
            <div id="chart" class="chart"></div>
          </section>
          <section class="card padded stack" aria-labelledby="h-pieces">
            <h2 id="h-pieces">Pieces</h2>
            ${torrent.piece_count
              ? html`<canvas id="map" role="img" aria-label=${this.#piecesInWords(torrent)}></canvas>
                  <p class="quiet small">${this.#piecesInWords(torrent)}</p>`
              : html`<p class="quiet">Not known before some peer has told what the torrent is.</p>`}
          </section>
        </div>
        ${this.#files()} ${this.#peers()} ${this.#trackers()} ${this.#facts(torrent)}
      </main>
    `;
  }

  #piecesInWords(torrent) {
    const done = torrent.percent_done >= 1 ? "all that is wanted is here" : `${percent(torrent.percent_done)} of what is wanted is here`;
    return `${count(torrent.piece_count, "piece")} of ${bytes(torrent.piece_size)}; ${done}`;
  }

  #buttons(torrent) {
    const name = printable(torrent.name);
    const gone = () => { location.hash = "#/"; };
    return html`<div class="row" role="toolbar" aria-label="What to do with it">
      ${torrent.status === 0
        ? html`<button id="resume" @click=${() => this.#call("torrent_start", `Resumed ${name}.`)}>${icons.play} Resume</button>`
        : html`<button id="pause" @click=${() => this.#call("torrent_stop", `Paused ${name}.`)}>${icons.pause} Pause</button>`}
      <button id="verify" @click=${() => this.#call("torrent_verify", `Checking ${name}.`)}>${icons.verify} Verify</button>
      <button id="reannounce" @click=${() => this.#call("torrent_reannounce", "Asks its trackers.")}>${icons.up} Ask trackers</button>
      <button id="move" @click=${() => askToMove(this.#context, torrent)}>${icons.folder} Move</button>
      <button id="limit" @click=${() => askToLimit(this.#context, torrent)}>${icons.gauge} Limit</button>
      <button id="remove" class="harm" @click=${() => askToRemove(this.#context, [torrent], gone)}>${icons.remove} Remove</button>
    </div>`;
  }

  #figures(torrent) {
    const figure = (name, value, kind = "") => html`<div><dt>${name}</dt><dd class="number ${kind}">${value}</dd></div>`;
    return html`<div class="card padded stack">
      <dl class="figures">
        ${figure("done", percent(share(torrent)))}
        ${figure("receives", rate(torrent.rate_download), "down")}
        ${figure("sends", rate(torrent.rate_upload), "up")}
        ${figure("time left", left(torrent))}
        ${figure("peers", torrent.peers_connected)}
        ${figure("ratio", ratio(torrent.upload_ratio))}
      </dl>
      ${meter(torrent)}
    </div>`;
  }

  // ---- Files

  #files() {
    const files = this.#parts.get("files")?.files ?? [];
    const stats = this.#parts.get("file_stats")?.file_stats ?? [];
    if (files.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="h-files">
      <h2 class="title" id="h-files">Files <span class="quiet count">${files.length}</span></h2>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="h-files"><table class="files">
        <thead><tr><th scope="col">Wanted</th><th scope="col">File</th><th scope="col" class="right">Size</th><th scope="col" class="right">Done</th><th scope="col">Priority</th></tr></thead>
        <tbody>${repeat(files.slice(0, this.#most), (_, i) => i, (file, i) => this.#file(file, stats[i] ?? {}, i))}</tbody>
      </table></div>
      ${files.length > this.#most
        ? html`<p class="padded"><button @click=${() => { this.#most += STEP; this.#context.draw(); }}>Show more of ${files.length}</button></p>`
        : nothing}
    </section>`;
  }

  #file(file, stats, i) {
    const name = printable(file.name);
    const set = (params) => this.#call("torrent_set", "", params);
    return html`<tr>
      <td><input type="checkbox" aria-label="${name} is wanted" .checked=${stats.wanted}
        @change=${(e) => set({ [e.target.checked ? "files_wanted" : "files_unwanted"]: [i] })}></td>
      <th scope="row"><bdi>${name}</bdi>${MEDIA.test(file.name) && file.length > 0
        ? html` <a class="watch" href="/media?torrent=${this.#hash}&amp;file=${i}" target="_blank" rel="noopener" aria-label="Play ${name}">${icons.play} Play</a>`
        : nothing}</th>
      <td class="right">${bytes(file.length)}</td>
      <td class="right">${percent(file.length ? stats.bytes_completed / file.length : 1)}</td>
      <td><select aria-label="Priority of ${name}" ?disabled=${!stats.wanted}
        @change=${(e) => set({ [e.target.value === "high" ? "priority_high" : "priority_normal"]: [i] })}>
        <option value="normal" ?selected=${!(stats.priority > 0)}>normal</option>
        <option value="high" ?selected=${stats.priority > 0}>first</option>
      </select></td>
    </tr>`;
  }

  // ---- Peers

  #peers() {
    const peers = this.#parts.get("peers") ?? [];
    return html`<section class="card" aria-labelledby="h-peers">
      <h2 class="title" id="h-peers">Peers <span class="quiet count">${peers.length}</span></h2>
      ${peers.length === 0
        ? html`<p class="padded quiet">Nobody is connected.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="h-peers"><table class="peers">
            <thead><tr><th scope="col">Address</th><th scope="col">Client</th><th scope="col">Found by</th><th scope="col">Flags</th><th scope="col" class="right">Has</th><th scope="col" class="right">Down</th><th scope="col" class="right">Up</th><th scope="col" class="right">Received</th><th scope="col" class="right">Sent</th></tr></thead>
            <tbody>${repeat(peers, (peer) => peer.address, (peer) => this.#peer(peer))}</tbody>
          </table></div>`}
    </section>`;
  }

  #peer(peer) {
    return html`<tr>
      <th scope="row" class="number">${peer.address}</th>
      <td><bdi>${printable(peer.client)}</bdi></td>
      <td>${peer.sources.map((source) => SOURCES[source] ?? source).join(", ")}</td>
      <td><abbr title=${flagsInWords(peer.flags)}>${peer.flags}</abbr></td>
      <td class="right">${percent(peer.progress)}</td>
      <td class="right">${peer.down ? rate(peer.down) : "–"}</td>
      <td class="right">${peer.up ? rate(peer.up) : "–"}</td>
      <td class="right">${bytes(peer.downloaded)}</td>
      <td class="right">${bytes(peer.uploaded)}</td>
    </tr>`;
  }

  // ---- Trackers

  #trackers() {
    const trackers = this.#parts.get("trackers")?.tracker_stats ?? [];
    const now = Date.now() / 1000;
    const known = (number) => (number < 0 ? "–" : number);
    return html`<section class="card" aria-labelledby="h-trackers">
      <h2 class="title" id="h-trackers">Trackers <span class="quiet count">${trackers.length}</span></h2>
      ${trackers.length === 0
        ? html`<p class="padded quiet">It names none.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="h-trackers"><table>
            <thead><tr><th scope="col">Tracker</th><th scope="col">Last words</th><th scope="col" class="right">Seeders</th><th scope="col" class="right">Leechers</th><th scope="col" class="right">Asked</th><th scope="col" class="right">Again in</th></tr></thead>
            <tbody>${trackers.map((tracker) => html`<tr>
              <th scope="row"><bdi>${printable(tracker.announce)}</bdi></th>
              <td class=${tracker.last_announce_succeeded || !tracker.has_announced ? "" : "bad"}><bdi>${printable(tracker.last_announce_result) || "not asked yet"}</bdi></td>
              <td class="right">${known(tracker.seeder_count)}</td>
              <td class="right">${known(tracker.leecher_count)}</td>
              <td class="right">${tracker.last_announce_time ? `${span(now - tracker.last_announce_time)} ago` : "never"}</td>
              <td class="right">${tracker.announce_state === 3 ? "asking" : tracker.next_announce_time ? span(tracker.next_announce_time - now) : "–"}</td>
            </tr>`)}</tbody>
          </table></div>`}
    </section>`;
  }

  // ---- Facts

  #facts(torrent) {
    const fact = (name, value) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing);
    const limited = (on, kilos) => (on ? rate(1000 * kilos) : "");
    const words = (text) => (text ? html`<bdi>${printable(text)}</bdi>` : "");
    return html`<section class="card padded stack" aria-labelledby="h-facts">
      <h2 id="h-facts">About it</h2>
      <dl class="facts">
        ${fact("size", `${bytes(torrent.total_size)}${torrent.size_when_done === torrent.total_size ? "" : `, ${bytes(torrent.size_when_done)} of it wanted`}`)}
        ${fact("folder", words(torrent.download_dir))}
        ${fact("received", bytes(torrent.downloaded_ever))}
        ${fact("sent", bytes(torrent.uploaded_ever))}
        ${fact("wasted", torrent.corrupt_ever ? bytes(torrent.corrupt_ever) : "")}
        ${fact("receives at most", limited(torrent.download_limited, torrent.download_limit))}
        ${fact("sends at most", limited(torrent.upload_limited, torrent.upload_limit))}
        ${fact("added", moment(torrent.added_date))}
        ${fact("complete", moment(torrent.done_date))}
        ${fact("last active", moment(torrent.activity_date))}
        ${fact("place in the queue", String(torrent.queue_position + 1))}
        ${fact("labels", words(torrent.labels.join(", ")))}
        ${fact("comment", words(torrent.comment))}
        ${fact("made by", words(torrent.creator))}
        ${fact("private", torrent.is_private ? "yes: only its trackers name peers" : "")}
        ${fact("info-hash", html`<code>${torrent.hash_string}</code>`)}
        ${fact("magnet link", html`<code><bdi>${printable(torrent.magnet_link)}</bdi></code>`)}
      </dl>
    </section>`;
  }
}
