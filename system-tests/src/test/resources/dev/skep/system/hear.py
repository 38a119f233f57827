"""Writes what comes in at eth0: for SECONDS, one line for each packet that is for many: protocol and port of the receiver."""
import socket
import struct
import sys
import time

seconds = float(sys.argv[1])
end = time.monotonic() + seconds
all_packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
all_packets.bind(("eth0", 0))
print("hears", flush=True)
while time.monotonic() < end:
    all_packets.settimeout(max(0.01, end - time.monotonic()))
    try:
        packet, sender = all_packets.recvfrom(65536)
    except TimeoutError:
        break
    kind = sender[1]
    if kind == 0x0800 and len(packet) >= 24:
        header = (packet[0] & 15) * 4
        protocol = packet[9]
        port = struct.unpack("!H", packet[header + 2 : header + 4])[0] if protocol in (6, 17) else 0
        print("ipv4", protocol, port, flush=True)
    elif kind == 0x86DD and len(packet) >= 44:
        protocol = packet[6]
        port = struct.unpack("!H", packet[42:44])[0] if protocol in (6, 17) else 0
        print("ipv6", protocol, port, flush=True)
print("heard", flush=True)
