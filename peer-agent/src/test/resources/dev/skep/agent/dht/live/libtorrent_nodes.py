"""Many libtorrent nodes of the DHT: COUNT NODE. Each line read is a command: announce WHICH HASH, get WHICH HASH, drop WHICH.
Prints 'ready' when all know others, 'found HASH ADDRESS:PORT' for each peer that is told."""
import sys
import threading
import time
import warnings

import libtorrent

warnings.simplefilter("ignore", DeprecationWarning)
count, node = int(sys.argv[1]), sys.argv[2]
sessions = []
for number in range(count):
    sessions.append(libtorrent.session({
        "listen_interfaces": "127.0.3.%d:0" % (1 + number),
        "outgoing_interfaces": "127.0.3.%d" % (1 + number),
        "enable_dht": True,
        "dht_bootstrap_nodes": node,
        "dht_restrict_routing_ips": False,
        "dht_restrict_search_ips": False,
        "dht_ignore_dark_internet": False,
        "dht_block_ratelimit": 1000,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "alert_mask": libtorrent.alert.category_t.dht_notification | libtorrent.alert.category_t.dht_operation_notification,
    }))


def told():
    while True:
        for session in list(sessions):
            for alert in session.pop_alerts() if session else ():
                if isinstance(alert, libtorrent.dht_get_peers_reply_alert):
                    for peer in alert.peers():
                        print("found", alert.info_hash, "%s:%d" % (peer[0], peer[1]), flush=True)
        time.sleep(0.05)


while any(session.status().dht_nodes < 8 for session in sessions):
    time.sleep(0.1)
threading.Thread(target=told, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    words = line.split()
    which = int(words[1])
    if words[0] == "drop":
        sessions[which] = None
        continue
    if words[0] == "announce":  # of a torrent: the bindings have no way to announce without one
        what = libtorrent.parse_magnet_uri("magnet:?xt=urn:btih:" + words[2])
        what.save_path = "/nonexistent"
        sessions[which].add_torrent(what).force_dht_announce()
    else:
        sessions[which].dht_get_peers(libtorrent.sha1_hash(bytes.fromhex(words[2])))
