package dev.skep.benchmarks.tracker;

import dev.skep.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who announces what: torrents of skewed popularity (the k-th has a share in proportion to 1/k) and
 * peers that each have an address, a port and a torrent of their own. Peer {@code i} of a torrent
 * has a port and source address that follow from {@code i}, so that every peer in an answer can be
 * checked without looking anything up.
 */
final class Population {
  private static final int FIRST_PORT = 1024;
  private static final int PORTS = 60_000;
  private static final int PORT_STEP = 7919;

  private final int sources;
  private final InfoHash[] infoHashes;
  private final int[] firstPeer;
  private final int[] torrentOf;

  Population(int torrents, int peers, int sources, long seed) {
    this.sources = sources;
    this.infoHashes = new InfoHash[torrents];
    this.firstPeer = new int[torrents + 1];
    SplittableRandom random = new SplittableRandom(seed);
    double weights = 0;
    for (int k = 1; k <= torrents; k++) {
      weights += 1.0 / k;
    }
    for (int t = 0; t < torrents; t++) {
      infoHashes[t] = new InfoHash(random.nextLong(), random.nextLong(), random.nextInt());
      int size = Math.max(1, (int) (peers / weights / (t + 1)));
      if (size > (long) PORTS * sources) {
        throw new IllegalArgumentException(
            "the largest torrent has " + size + " peers: use more --sources");
      }
      firstPeer[t + 1] = firstPeer[t] + size;
    }
    this.torrentOf = new int[firstPeer[torrents]];
    for (int t = 0; t < torrents; t++) {
      java.util.Arrays.fill(torrentOf, firstPeer[t], firstPeer[t + 1], t);
    }
  }

  /** How many peers there are. */
  int peers() {
    return torrentOf.length;
  }

  int torrents() {
    return infoHashes.length;
  }

  List<String> infoHashesInHex() {
    List<String> lines = new ArrayList<>();
    for (InfoHash infoHash : infoHashes) {
      lines.add(infoHash.hex());
    }
    return lines;
  }

  int torrentOf(int peer) {
    return torrentOf[peer];
  }

  InfoHash infoHash(int torrent) {
    return infoHashes[torrent];
  }

  /** From which source address a peer announces. */
  int sourceOf(int peer) {
    return (peer - firstPeer[torrentOf[peer]]) % sources;
  }

  int port(int peer) {
    int torrent = torrentOf[peer];
    int number = (peer - firstPeer[torrent]) / sources;
    return FIRST_PORT + (int) ((number + (long) torrent * PORT_STEP) % PORTS);
  }

  /** Three in ten are seeders. */
  long left(int peer) {
    return (peer * 0x9e3779b97f4a7c15L) >>> 32 < 0x1_0000_0000L * 3 / 10 ? 0 : 1L << 30;
  }

  /** How many peers a torrent has. */
  int peersOf(int torrent) {
    return firstPeer[torrent + 1] - firstPeer[torrent];
  }

  /** The torrent's peer at this port of this source; -1 if it has none there. */
  int peerAt(int torrent, int source, int port) {
    if (source < 0 || source >= sources || port < FIRST_PORT) {
      return -1;
    }
    long number = Math.floorMod(port - FIRST_PORT - (long) torrent * PORT_STEP, (long) PORTS);
    long peer = number * sources + source;
    return peer < peersOf(torrent) ? firstPeer[torrent] + (int) peer : -1;
  }

  /** Whether a torrent has a peer at this port of this source. */
  boolean isPeer(int torrent, int source, int port) {
    return peerAt(torrent, source, port) >= 0;
  }
}
