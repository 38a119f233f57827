"""Says on the local network, 10,000 times a second for a minute, what is no announce and what nobody asked for (BEP 14): ADDRESS of the network to say it on."""
import os
import socket
import sys
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[1]))
words = [os.urandom(500)]
for _ in range(50):
    hashes = "".join(f"Infohash: {os.urandom(20).hex()}\r\n" for _ in range(20))
    words.append(f"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n{hashes}\r\n\r\n".encode())
print("floods", flush=True)
for _ in range(6_000):
    for i in range(100):
        out.sendto(words[i % len(words)], ("239.192.152.143", 6771))
    time.sleep(0.01)
