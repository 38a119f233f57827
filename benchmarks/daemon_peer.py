#!/usr/bin/python3
"""aria2 or transmission-daemon as one side of benchmarks/pair; speaks as PairPeer does.

    daemon_peer.py aria2|transmission seed|get BIND PORT FOLDER

Both are driven through their RPC and find each other through the tracker of the torrent. What is
measured is their process, whose id stands in the first line.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request


def rpc_port(bind, port):
    """Another one for each process: RPC is on one address."""
    return port + 10000 + 100 * int(bind.rsplit(".", 1)[1])


class Aria2:
    poll_seconds = 0.005

    def __init__(self, bind, port, folder):
        self.url = f"http://127.0.0.1:{rpc_port(bind, port)}/jsonrpc"
        self.process = subprocess.Popen(
            ["aria2c", "--no-conf", "-q", "--enable-rpc", f"--rpc-listen-port={rpc_port(bind, port)}", f"--interface={bind}",
             f"--listen-port={port}", "--seed-ratio=0", "--bt-seed-unverified=true",
             "--enable-dht=false", "--bt-enable-lpd=false", "--file-allocation=none", "--disk-cache=64M",
             "--bt-max-peers=0", "--allow-overwrite=true", "--check-integrity=false", f"--dir={folder}"])

    def call(self, method, *params):
        body = json.dumps({"jsonrpc": "2.0", "id": "1", "method": "aria2." + method, "params": params}).encode()
        with urllib.request.urlopen(self.url, body) as answer:
            return json.load(answer)["result"]

    def add(self, torrent, folder):
        with open(torrent, "rb") as data:
            return self.call("addTorrent", base64.b64encode(data.read()).decode(), [], {"dir": folder})

    def progress(self, key):
        status = self.call("tellStatus", key, ["completedLength", "totalLength", "errorMessage"])
        if status.get("errorMessage"):
            sys.exit(f"aria2: {status['errorMessage']}")
        return int(status["completedLength"]), int(status["totalLength"])

    def remove(self, key):
        self.call("forceRemove", key)


class Transmission:
    poll_seconds = 0.1  # it is slow: to be asked more often would cost it more than the transfer

    def __init__(self, bind, port, folder):
        self.url = f"http://127.0.0.1:{rpc_port(bind, port)}/transmission/rpc"
        self.session = ""
        settings = {"rpc-port": rpc_port(bind, port), "rpc-bind-address": "127.0.0.1", "bind-address-ipv4": bind, "peer-port": port,
                    "dht-enabled": False, "lpd-enabled": False, "pex-enabled": False, "utp-enabled": False, "encryption": 0,
                    "port-forwarding-enabled": False, "preallocation": 0, "cache-size-mb": 64, "download-dir": folder}
        with open(folder + "/settings.json", "w") as out:
            json.dump(settings, out)
        self.process = subprocess.Popen(["transmission-daemon", "-f", "-g", folder], stderr=subprocess.DEVNULL)

    def call(self, method, **arguments):
        body = json.dumps({"method": method, "arguments": arguments}).encode()
        while True:
            try:
                request = urllib.request.Request(self.url, body, {"X-Transmission-Session-Id": self.session})
                with urllib.request.urlopen(request) as answer:
                    told = json.load(answer)
                if told["result"] != "success":
                    sys.exit(f"transmission: {method}: {told['result']}")
                return told["arguments"]
            except urllib.error.HTTPError as e:
                if e.code != 409:
                    raise
                self.session = e.headers["X-Transmission-Session-Id"]

    def add(self, torrent, folder):
        told = self.call("torrent-add", filename=torrent, **{"download-dir": folder})
        if "torrent-added" not in told:
            sys.exit(f"transmission: torrent-add: {told}")
        return told["torrent-added"]["id"]

    def progress(self, key):
        found = self.call("torrent-get", ids=[key], fields=["haveValid", "haveUnchecked", "sizeWhenDone"])["torrents"][0]
        return found["haveValid"] + found["haveUnchecked"], found["sizeWhenDone"]

    def remove(self, key):
        self.call("torrent-remove", ids=[key])


def get(daemon, torrent, path):
    key = daemon.add(torrent, path)
    first = None
    while True:
        have, total = daemon.progress(key)
        now = time.monotonic()
        first = now if first is None and have > 0 else first
        if total and have == total:
            break
        time.sleep(daemon.poll_seconds)
    daemon.remove(key)
    return now - first


def seed(daemon, torrent, path):
    key = daemon.add(torrent, path.rsplit("/", 1)[0])
    while True:
        have, total = daemon.progress(key)
        if total and have == total:
            return "ready"
        time.sleep(0.05)


def main():
    kind, role, bind, port, folder = sys.argv[1:]
    os.makedirs(folder)
    daemon = (Aria2 if kind == "aria2" else Transmission)(bind, int(port), folder)
    try:
        for _ in range(200):
            try:
                daemon.call("getVersion" if kind == "aria2" else "session-get")
                break
            except urllib.error.URLError:
                time.sleep(0.05)
        print("open", daemon.process.pid, flush=True)
        for line in sys.stdin:
            torrent, path = line.rstrip("\n").split(" ", 1)
            print((seed if role == "seed" else get)(daemon, torrent.replace(".torrent", ".tracked.torrent"), path), flush=True)
    finally:
        daemon.process.kill()
        daemon.process.wait()
        shutil.rmtree(folder, ignore_errors=True)


main()
