"""One libtorrent peer that knows of others only by the tracker: FILE|MAGNET FOLDER ADDRESS usual|encrypted. Prints 'seeding' when it has all."""
import sys
import time

import libtorrent

file, folder, address, handshakes = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": ("[%s]:6881" if ":" in address else "%s:6881") % address,
    "outgoing_interfaces": "" if ":" in address else address,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
})
if handshakes == "encrypted":
    session.apply_settings({"in_enc_policy": 0, "out_enc_policy": 0, "allowed_enc_level": 2, "prefer_rc4": True})
if file.startswith("magnet:"):
    what = libtorrent.parse_magnet_uri(file)
    what.save_path = folder
else:
    what = {"ti": libtorrent.torrent_info(file), "save_path": folder}
torrent = session.add_torrent(what)
told = False
while True:
    if torrent.status().is_seeding and not told:
        print("seeding", flush=True)
        told = True
    time.sleep(0.2)
