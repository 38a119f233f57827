// Calls every method of the npm package @ctrl/transmission against an agent:
//     node ctrl-transmission.mjs PACKAGE URL USER PASSWORD FOLDER TORRENT_URL
// FOLDER holds disk.img and disk.img.torrent, which is complete, and other.torrent; TORRENT_URL leads to a third.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [root, baseUrl, username, password, folder, torrentUrl] = process.argv.slice(2);

// Every field that it asks for is to be in every answer.
const asked = [];
const send = globalThis.fetch;
globalThis.fetch = (url, options) => {
  asked.push(JSON.parse(options.body));
  return send(url, options);
};
const about = JSON.parse(readFileSync(join(root, "package.json")));
const { Transmission } = await import(pathToFileURL(join(root, about.main)));

const called = new Set();
// A busy machine takes its time for the first look at a password.
const config = { baseUrl, username, password, timeout: 60_000 };
const agent = new Proxy(new Transmission(config), {
  get(client, name) {
    const member = client[name];
    return typeof member !== "function" ? member : (...given) => {
      called.add(name);
      return member.apply(client, given);
    };
  },
});

async function succeeds(answer) {
  const said = await answer;
  assert.equal(said.result, "success");
  return said.arguments;
}

async function eventually(what, test) {
  for (let tries = 0; !(await test()); tries++) {
    assert.ok(tries < 300, what);
    await sleep(100);
  }
}

const file = name => readFileSync(join(folder, name));
const state = async id => (await agent.getTorrent(id)).state;

// The session
const session = await succeeds(agent.getSession());
assert.match(session.version, /^4\./);
await succeeds(agent.setSession({ "speed-limit-up": 321, "speed-limit-up-enabled": true }));
assert.equal((await succeeds(agent.getSession()))["speed-limit-up"], 321);
assert.equal((await agent.request("session-stats"))._data.result, "success");
const free = await succeeds(agent.freeSpace(folder));
assert.equal(free.path, folder);
assert.ok(free["size-bytes"] > 0);

// A torrent that is there
const added = await succeeds(agent.addTorrent(file("disk.img.torrent"), { "download-dir": folder, paused: true }));
const id = added["torrent-added"].hashString;
const again = await succeeds(agent.addTorrent(file("disk.img.torrent").toString("base64")));
assert.equal(again["torrent-duplicate"].hashString, id);
await eventually("it is checked", async () => (await agent.getTorrent(id)).progress === 1);
const torrent = await agent.getTorrent(id);
assert.equal(torrent.name, "disk.img");
assert.equal(torrent.state, "paused");
assert.equal(torrent.savePath, folder);
assert.ok(torrent.isCompleted);
const { torrents } = await succeeds(agent.listTorrents(id, ["pieceCount", "trackerStats"]));
for (const field of asked.at(-1).arguments.fields) {
  assert.ok(field in torrents[0], field);
}
assert.equal(torrents[0].files[0].name, "disk.img");

await succeeds(agent.resumeTorrent(id));
await eventually("it seeds", async () => (await state(id)) === "seeding");
await succeeds(agent.verifyTorrent(id));
await eventually("it seeds again", async () => (await state(id)) === "seeding");
await succeeds(agent.reannounceTorrent(id));
await succeeds(agent.setTorrent(id, { labels: ["images"], uploadLimit: 50, uploadLimited: true }));
assert.equal((await agent.getTorrent(id)).label, "images");
assert.equal((await agent.getTorrent(id)).raw.downloadLimited, false);

// The queue
const other = await agent.normalizedAddTorrent(file("other.torrent"), { startPaused: true, label: "images" });
assert.deepEqual([other.state, other.queuePosition, other.label], ["paused", 1, "images"]);
for (const [move, position] of [["queueTop", 0], ["queueDown", 1], ["queueUp", 0], ["queueBottom", 1]]) {
  await succeeds(agent[move](other.id));
  assert.equal((await agent.getTorrent(other.id)).queuePosition, position, move);
}
const all = await agent.getAllData();
assert.equal(all.torrents.length, 2);
assert.deepEqual(all.labels, [{ id: "images", name: "images", count: 2 }]);
assert.equal(all.raw.arguments.torrents.length, 2);

// Other names and places
await succeeds(agent.renamePath(id, { path: "disk.img", name: "renamed.img" }));
await eventually("it is renamed", () => existsSync(join(folder, "renamed.img")));
const elsewhere = join(folder, "elsewhere");
mkdirSync(elsewhere);
await succeeds(agent.moveTorrent(id, elsewhere));
await eventually("it is moved", () => existsSync(join(elsewhere, "renamed.img")));
await eventually("it seeds there", async () => (await state(id)) === "seeding");
await succeeds(agent.pauseTorrent(id));
await eventually("it is paused", async () => (await state(id)) === "paused");

// Links
const options = { "download-dir": folder, paused: true };
const hash = "0123456789abcdef0123456789abcdef01234567";
const link = await succeeds(agent.addMagnet(`magnet:?xt=urn:btih:${hash}&dn=linked`, options));
assert.equal(link["torrent-added"].hashString, hash);
assert.equal((await agent.getTorrent(hash)).raw.metadataPercentComplete, 0);
assert.ok((await succeeds(agent.addUrl(torrentUrl, options)))["torrent-added"].name);

// The end of each
await succeeds(agent.removeTorrent(id, true));
await eventually("its data is gone", () => !existsSync(join(elsewhere, "renamed.img")));
for (const each of (await succeeds(agent.listTorrents("recently-active"))).torrents) {
  await succeeds(agent.removeTorrent(each.hashString));
}
await assert.rejects(agent.getTorrent(id), /Torrent not found/);

// Another client that goes on where this one was, and one that may not
const next = Transmission.createFromState(config, agent.exportState());
assert.deepEqual((await succeeds(next.listTorrents())).torrents, []);
await assert.rejects(new Transmission({ ...config, password: "wrong" }).getSession(), { status: 401 });
assert.equal((await new Transmission(config).request("no-such-method"))._data.result, "method name not recognized");

const left = Object.getOwnPropertyNames(Transmission.prototype)
  .filter(name => name !== "constructor" && !name.startsWith("_") && !called.has(name));
assert.deepEqual(left, [], "methods that were not called");
console.log(`${called.size} methods of @ctrl/transmission ${about.version}`);
