"""Asks a seeder for blocks here and there, and counts what comes: random_peer.py HOST PORT TORRENT FROM"""
import hashlib
import random
import re
import socket
import struct
import sys

BLOCK = 16 << 10
host, port, torrent, source = sys.argv[1:]
raw = open(torrent, "rb").read()
length = int(re.search(rb"6:lengthi(\d+)e", raw)[1])
piece = int(re.search(rb"12:piece lengthi(\d+)e", raw)[1])
begin = raw.index(b"4:info") + 6
hashes = re.search(rb"6:pieces(\d+):", raw)
end = raw.index(b"e", hashes.end() + int(hashes[1])) + 1
peer = socket.create_connection((host, int(port)), source_address=(source, 0))
info_hash = hashlib.sha1(raw[begin:end]).digest()
peer.sendall(b"\x13BitTorrent protocol" + bytes(8) + info_hash + b"-RP0001-" + b"x" * 12 + struct.pack(">IB", 1, 2))
stream = peer.makefile("rb")
stream.read(68)
chance = random.Random(1)
blocks = 0
while True:
    message = stream.read(struct.unpack(">I", stream.read(4))[0])
    kind = message[0] if message else -1
    blocks += kind == 7
    if kind == 7 and blocks % 1000 == 0:
        print("blocks", blocks, flush=True)
    for _ in range(32 if kind == 1 else 1 if kind == 7 else 0):
        at = chance.randrange(length // BLOCK) * BLOCK
        peer.sendall(struct.pack(">IBIII", 13, 6, at // piece, at % piece, BLOCK))
