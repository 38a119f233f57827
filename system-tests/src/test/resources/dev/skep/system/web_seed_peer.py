"""Downloads a torrent with libtorrent from its web seeds alone, and ends."""
import sys
import time

import libtorrent as lt

torrent, into = sys.argv[1:3]
session = lt.session({
    "listen_interfaces": "127.0.0.1:0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_natpmp": False,
    "enable_upnp": False,
})
handle = session.add_torrent({"ti": lt.torrent_info(torrent), "save_path": into})
while not handle.status().is_seeding:
    time.sleep(0.1)
print("done", flush=True)
