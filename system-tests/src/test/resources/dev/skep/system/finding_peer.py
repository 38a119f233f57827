"""A libtorrent peer that has one way to find others: LINK FOLDER ADDRESS dht=HOST:PORT|lsd. Prints 'seeding' when it has all."""
import sys
import time
import warnings

import libtorrent

warnings.simplefilter("ignore", DeprecationWarning)
link, folder, address, way = sys.argv[1:]
by, _, node = way.partition("=")
session = libtorrent.session({
    "listen_interfaces": "%s:6881" % address,
    "outgoing_interfaces": address,
    "enable_dht": by == "dht",
    "dht_bootstrap_nodes": node,
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "enable_lsd": by == "lsd",
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_outgoing_utp": False,
    "enable_incoming_utp": False,
})
while by == "dht" and session.status().dht_nodes == 0:
    time.sleep(0.1)
what = libtorrent.parse_magnet_uri(link)
what.save_path = folder
torrent = session.add_torrent(what)
while not torrent.status().is_seeding:
    if by == "dht":
        torrent.force_dht_announce()
    time.sleep(1)
print("seeding", flush=True)
while True:
    time.sleep(60)
