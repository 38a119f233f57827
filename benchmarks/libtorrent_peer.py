#!/usr/bin/python3
"""libtorrent as one side of benchmarks/pair, where it speaks as PairPeer does, and of benchmarks/shaped."""
import sys
import time

import libtorrent as lt


def settings(bind, port, preset):
    chosen = lt.high_performance_seed() if preset != "default" else lt.default_settings()
    chosen.update({
        "listen_interfaces": f"{bind}:{port}", "outgoing_interfaces": bind,
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
        "enable_incoming_utp": False, "enable_outgoing_utp": False,
        "allow_multiple_connections_per_ip": True, "tracker_receive_timeout": 120, "tracker_completion_timeout": 120,
        "out_enc_policy": int(lt.enc_policy.pe_disabled), "in_enc_policy": int(lt.enc_policy.pe_disabled),
    })
    if preset == "fast":
        # Deeper queues than the preset's: without them it is slower here.
        chosen.update({"max_out_request_queue": 1500, "max_allowed_in_request_queue": 2000,
                       "send_buffer_watermark": 3 << 20, "send_buffer_low_watermark": 1 << 20})
    return chosen


def add(session, torrent, path, seed_mode):
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(torrent)
    params.save_path = path
    if seed_mode:
        params.flags |= lt.torrent_flags.seed_mode
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    return session.add_torrent(params)


def get(session, torrent, path, peers):
    handle = add(session, torrent, path, False)
    for peer in peers:
        host, port = peer.rsplit(":", 1)
        handle.connect_peer((host, int(port)))
    first = None
    while True:
        status = handle.status()
        now = time.monotonic()
        if first is None and status.total_payload_download > 0:
            first = now
        if status.is_seeding:
            break
        time.sleep(0.001 if first is None else 0.005)
    session.remove_torrent(handle)
    return now - first


def swarm(session, torrent, folder, seeds):
    """Stays until it is killed; says when its copy is whole."""
    handle = add(session, torrent, folder, seeds)
    while not handle.status().is_seeding:
        time.sleep(0.05)
    print("done", flush=True)
    while True:
        time.sleep(60)


def main():
    role, bind, port, preset, peers = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]
    session = lt.session(settings(bind, port, preset))
    if role.startswith("swarm-"):
        return swarm(session, *peers, role == "swarm-seed")
    print("open", flush=True)
    for line in sys.stdin:
        torrent, path = line.rstrip("\n").split(" ", 1)
        if role == "seed":
            handle = add(session, torrent, path.rsplit("/", 1)[0], True)
            while not handle.status().is_seeding:
                time.sleep(0.01)
            print("ready", flush=True)
        else:
            print(get(session, torrent, path, peers), flush=True)


main()
