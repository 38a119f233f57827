package dev.skep.system.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.system.tracker.UdpPeer.Said;
import dev.skep.system.tracker.UdpPeer.Told;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Peers who do as they should, each with an address of its own in 127.32.0.0/11. The first of each
 * swarm seeds.
 */
final class HonestSwarms implements AutoCloseable {
  private static final int FIRST_ADDRESS = 0x7f200001;
  private static final int PORT = 6881;
  private static final int NUMWANT = 50;

  private final int swarms;
  private final int peersEach;
  private final List<UdpPeer> peers = new ArrayList<>();
  private final List<Long> took = new ArrayList<>();
  private int turn;

  /**
   * @param peersEach of each swarm, so few that all others fit in an answer
   */
  HonestSwarms(InetSocketAddress tracker, int swarms, int peersEach) throws IOException {
    this.swarms = swarms;
    this.peersEach = peersEach;
    for (int i = 0; i < swarms * peersEach; i++) {
      peers.add(new UdpPeer(FIRST_ADDRESS + i, tracker));
    }
  }

  /** Their info-hashes, as {@link Said} has them. */
  List<Long> torrents() {
    return LongStream.rangeClosed(1, swarms).boxed().toList();
  }

  /** All come, in order. */
  void join() throws IOException {
    for (int i = 0; i < peers.size(); i++) {
      announce(i, 2);
    }
  }

  /** All announce again; each is told of all others of its swarm but, as a seeder, of seeders. */
  void announceAndSeeOneAnother() throws IOException {
    announceAndSeeOneAnother(peers.size());
  }

  /** The same of so many, those whose turn it is. */
  void announceAndSeeOneAnother(int some) throws IOException {
    for (int n = 0; n < some; n++) {
      int i = turn;
      turn = (turn + 1) % peers.size();
      Told told = announce(i, 0);
      Set<Integer> addresses = addresses(told.peers());
      int first = i / peersEach * peersEach;
      for (int other = first; other < first + peersEach; other++) {
        if (other != i) {
          assertThat(addresses)
              .as("peer %d of swarm %d is told of peer %d", i % peersEach, i / peersEach, other)
              .contains(FIRST_ADDRESS + other);
        }
      }
      assertThat(told.seeders()).as("seeders of swarm " + i / peersEach).isPositive();
    }
  }

  private Told announce(int i, int event) throws IOException {
    long began = System.nanoTime();
    long left = i % peersEach == 0 ? 0 : 1;
    Told told = peers.get(i).announce(new Said(1 + i / peersEach, i, PORT, left, event, NUMWANT));
    took.add(System.nanoTime() - began);
    return told;
  }

  private static Set<Integer> addresses(ByteBuffer compact) {
    Set<Integer> addresses = new HashSet<>();
    for (int at = 0; at + 6 <= compact.limit(); at += 6) {
      addresses.add(compact.getInt(at));
    }
    return addresses;
  }

  /** How long so many of all announces took at most, 0 to 1; repeated datagrams included. */
  Duration percentile(double part) {
    List<Long> sorted = took.stream().sorted().toList();
    return Duration.ofNanos(sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size())));
  }

  @Override
  public void close() {
    peers.forEach(UdpPeer::close);
  }
}
