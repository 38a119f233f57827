"""One libtorrent peer that finds others by the DHT alone: FILE|MAGNET FOLDER ADDRESS NODE. Prints 'in the DHT' when it knows a node, 'seeding' when it has all."""
import sys
import time
import warnings

import libtorrent

warnings.simplefilter("ignore", DeprecationWarning)
file, folder, address, node = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": "%s:6881" % address,
    "outgoing_interfaces": address,
    "enable_dht": True,
    "dht_bootstrap_nodes": node,
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_outgoing_utp": False,
    "enable_incoming_utp": False,
    "allow_multiple_connections_per_ip": True,
})
if file.startswith("magnet:"):
    what = libtorrent.parse_magnet_uri(file)
    what.save_path = folder
else:
    what = {"ti": libtorrent.torrent_info(file), "save_path": folder}
known = False
while not known:
    known = session.status().dht_nodes > 0
    time.sleep(0.1)
print("in the DHT", flush=True)
torrent = session.add_torrent(what)
told = False
while True:
    if torrent.status().is_seeding and not told:
        print("seeding", flush=True)
        told = True
    if not torrent.status().is_seeding:
        torrent.force_dht_announce()
    time.sleep(1)
