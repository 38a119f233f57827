// One peer of npm's webtorrent that has one way to find others, over TCP: PACKAGE LINK FOLDER dht=HOST:PORT|lsd [secure]. Says 'seeding' when it has all.
const [, , home, link, folder, way, secure] = process.argv;
const WebTorrent = require(home);
const [by, node] = way.split("=");
const client = new WebTorrent({
  torrentPort: 6881,
  dhtPort: 6882,
  dht: by === "dht" ? { bootstrap: [node] } : false,
  lsd: by === "lsd",
  tracker: false,
  utPex: false,
  utp: false,
  natUpnp: false,
  natPmp: false,
  secure: secure === "secure",
});
client.on("error", (problem) => {
  console.log(String(problem));
  process.exit(1);
});
client.add(link, { path: folder, announce: [] }, (torrent) => {
  torrent.on("done", () => console.log("seeding"));
});
