"""libtorrent as one side of a v2 torrent: `seed TORRENT FOLDER` until it is ended, or `get LINK FOLDER PORT`."""
import sys
import time

import libtorrent as lt

what, torrent, folder = sys.argv[1:4]
session = lt.session({
    "listen_interfaces": "127.0.0.1:0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_natpmp": False,
    "enable_upnp": False,
    "allow_multiple_connections_per_ip": True,
    "enable_outgoing_utp": False,
    "enable_incoming_utp": False,
})
if what == "seed":
    handle = session.add_torrent({"ti": lt.torrent_info(torrent), "save_path": folder})
    while not handle.status().is_seeding:
        time.sleep(0.1)
    print("ready on 127.0.0.1:%d" % session.listen_port(), flush=True)
    while True:
        time.sleep(60)
else:
    parameters = lt.parse_magnet_uri(torrent)
    parameters.save_path = folder
    handle = session.add_torrent(parameters)
    handle.connect_peer(("127.0.0.1", int(sys.argv[4])))
    while not handle.status().is_seeding:
        time.sleep(0.1)
    print("done", flush=True)
