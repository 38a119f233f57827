// What is asked before something is done.
import { html } from "lit-html";
import { cancel, open as show, submits } from "skep/dialog.js";
import * as icons from "skep/icons.js";
import { count, printable } from "skep/words.js";

const place = document.getElementById("dialogs");
const MOST_BYTES = 16 << 20;

const open = (title, content) => show(place, title, content);

const named = (torrents) =>
  torrents.length === 1 ? html`<bdi>${printable(torrents[0].name)}</bdi>` : count(torrents.length, "torrent");

// ---- Adding

export function askToAdd(context, dropped = []) {
  const { attempt, call, session } = context;
  open("Add torrents", ({ close, title }) => {
    const add = async (form) => {
      const files = [...dropped, ...form.getAll("files").filter((file) => file.size > 0)];
      const links = form.get("links").split("\n").map((line) => line.trim()).filter(Boolean);
      const how = { paused: form.has("paused") };
      if (form.get("folder").trim()) how.download_dir = form.get("folder").trim();
      const labels = form.get("labels").split(",").map((label) => label.trim()).filter(Boolean);
      if (labels.length) how.labels = labels;
      const all = [...links.map((filename) => async () => ({ filename })), ...files.map((file) => () => metainfo(file))];
      if (all.length && await attempt("", () => addAll(context, all, how))) close();
    };
    return html`<form @submit=${submits(add)}>
      ${title}
      ${dropped.length
        ? html`<p>${dropped.length === 1 ? html`<bdi>${printable(dropped[0].name)}</bdi>` : count(dropped.length, "file")}</p>`
        : html`<label>.torrent files <input type="file" name="files" multiple accept=".torrent,application/x-bittorrent"></label>`}
      <label>Magnet links or addresses of .torrent files, one on each line
        <textarea name="links" spellcheck="false" autocapitalize="off"></textarea></label>
      <label>Folder on the agent's machine <input type="text" name="folder" placeholder=${session()?.download_dir ?? ""} spellcheck="false"></label>
      <label>Labels, with commas between <input type="text" name="labels"></label>
      <label class="check"><input type="checkbox" name="paused"> Do not begin yet</label>
      <div class="row">${cancel(close)}<button class="main">${icons.add} Add</button></div>
    </form>`;
  });
}

async function metainfo(file) {
  if (file.size > MOST_BYTES) throw new Error(`${file.name} is too large for a .torrent file`);
  const text = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error(`${file.name} cannot be read`));
    reader.readAsDataURL(file);
  });
  return { metainfo: text.slice(text.indexOf(",") + 1) };
}

async function addAll({ call, say }, all, how) {
  const names = [];
  for (const source of all) {
    const result = await call("torrent_add", { ...(await source()), ...how });
    names.push(result.torrent_added
      ? `Added ${result.torrent_added.name}.`
      : `${result.torrent_duplicate.name} is there already.`);
  }
  say(names.length > 3 ? `Added ${names.length} torrents.` : names.join(" "));
}

// ---- Removing: data is deleted only by who says so twice

export function askToRemove({ attempt, call }, torrents, then = () => {}) {
  let withData = false;
  let sure = false;
  open("Remove", ({ close, draw, title }) => {
    const ids = torrents.map((torrent) => torrent.id);
    const remove = async () => {
      if (withData && !sure) {
        sure = true;
        draw();
        place.querySelector("dialog .keep")?.focus();
        return;
      }
      const done = withData ? "Removed, and its data is deleted." : "Removed; its data is where it was.";
      if (await attempt(done, () => call("torrent_remove", { ids, delete_local_data: withData }))) {
        close();
        then();
      }
    };
    return html`<form @submit=${submits(remove)}>
      ${title}
      ${sure
        ? html`<p class="warning">${icons.warning} The files of ${named(torrents)} will be deleted. This cannot be undone.</p>
            <div class="row"><button type="button" class="keep" @click=${close}>Keep it all</button>
              <button class="harm" id="delete">${icons.remove} Delete the files</button></div>`
        : html`<p>The agent forgets ${named(torrents)}. Its data stays where it is.</p>
            <label class="check"><input type="checkbox" id="with-data" .checked=${withData}
              @change=${(e) => { withData = e.target.checked; draw(); }}> Delete its data too</label>
            <div class="row">${cancel(close)}<button class="harm" id="really">${icons.remove} ${withData ? "Remove and delete …" : "Remove"}</button></div>`}
    </form>`;
  });
}

// ---- Moving

export function askToMove({ attempt, call }, torrent) {
  open("Move", ({ close, title }) => {
    const move = async (form) => {
      const params = { ids: [torrent.id], location: form.get("folder").trim(), move: !form.has("there") };
      if (await attempt(`Moves to ${params.location}.`, () => call("torrent_set_location", params))) close();
    };
    return html`<form @submit=${submits(move)}>
      ${title}
      <label>Folder on the agent's machine
        <input type="text" name="folder" required spellcheck="false" .value=${torrent.download_dir}></label>
      <label class="check"><input type="checkbox" name="there"> Its data lies there already: move nothing</label>
      <div class="row">${cancel(close)}<button class="main">${icons.folder} Move</button></div>
    </form>`;
  });
}

// ---- Limits, in kilobytes as the RPC has them

const limit = (name, label, value, on) => html`
  <div class="row limit">
    <label class="check grow"><input type="checkbox" name="${name}_on" .checked=${on}> ${label}</label>
    <label><span class="spoken">${label}, kB/s</span><input type="number" name=${name} min="1" max="100000000" .value=${String(value)}></label> kB/s
  </div>`;

const kilos = (form, name) => Math.max(1, Math.round(Number(form.get(name)) || 1));

export function askToLimit({ attempt, call }, torrent) {
  open("Limits", ({ close, title }) => {
    const set = async (form) => {
      const params = {
        ids: [torrent.id],
        download_limited: form.has("down_on"),
        download_limit: kilos(form, "down"),
        upload_limited: form.has("up_on"),
        upload_limit: kilos(form, "up"),
      };
      if (await attempt("The limits hold.", () => call("torrent_set", params))) close();
    };
    return html`<form @submit=${submits(set)}>
      ${title}
      <p class="quiet">Of <bdi>${printable(torrent.name)}</bdi> alone; those of all torrents hold too.</p>
      ${limit("down", "Receive at most", torrent.download_limit || 1000, torrent.download_limited)}
      ${limit("up", "Send at most", torrent.upload_limit || 1000, torrent.upload_limited)}
      <div class="row">${cancel(close)}<button class="main">Set</button></div>
    </form>`;
  });
}

export function askToLimitAll({ attempt, call, session }) {
  const now = session();
  if (!now) return;
  open("Limits of all torrents together", ({ close, title }) => {
    const set = async (form) => {
      const params = {
        speed_limit_down_enabled: form.has("down_on"),
        speed_limit_up_enabled: form.has("up_on"),
        alt_speed_down: kilos(form, "slow_down"),
        alt_speed_up: kilos(form, "slow_up"),
      };
      if (form.has("down_on")) params.speed_limit_down = kilos(form, "down");
      if (form.has("up_on")) params.speed_limit_up = kilos(form, "up");
      if (await attempt("The limits hold.", () => call("session_set", params))) close();
    };
    const slow = (name, label, value) => html`<div class="row limit"><label class="grow" for=${name}>${label}</label>
      <input type="number" id=${name} name=${name} min="1" max="100000000" .value=${String(value)}> kB/s</div>`;
    return html`<form @submit=${submits(set)}>
      ${title}
      ${limit("down", "Receive at most", now.speed_limit_down, now.speed_limit_down_enabled)}
      ${limit("up", "Send at most", now.speed_limit_up, now.speed_limit_up_enabled)}
      <h3 class="quiet small">While it is to be slow</h3>
      ${slow("slow_down", "Receive at most", now.alt_speed_down)}
      ${slow("slow_up", "Send at most", now.alt_speed_up)}
      <div class="row">${cancel(close)}<button class="main">Set</button></div>
    </form>`;
  });
}
