"""A libtorrent peer that knows one other and hears of more by peer exchange: FILE FOLDER ADDRESS [PEER]. Prints to whom it is connected."""
import sys
import time

import libtorrent

file, folder, address = sys.argv[1:4]
session = libtorrent.session({
    "listen_interfaces": "%s:6881" % address,
    "outgoing_interfaces": address,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
})
torrent = session.add_torrent({"ti": libtorrent.torrent_info(file), "save_path": folder})
for peer in sys.argv[4:]:
    time.sleep(1)
    torrent.connect_peer((peer, 6881))
while True:
    peers = sorted({str(peer.ip[0]) for peer in torrent.get_peer_info()})
    print("connected to", *peers, flush=True)
    time.sleep(0.5)
