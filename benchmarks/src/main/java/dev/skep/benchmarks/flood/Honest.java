package dev.skep.benchmarks.flood;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * 1,000 peers of 100 swarms, each with an address of its own in 127.32.0.0/11, who announce one
 * after another about 500 times a second, and look whether they are told of all others of theirs.
 */
final class Honest implements AutoCloseable {
  private static final int FIRST_ADDRESS = 0x7f200001;
  private static final int SWARMS = 100;
  private static final int PEERS_EACH = 10;
  private static final int PORT = 6881;
  private static final int TRIES = 60;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final List<UdpPeer> peers = new ArrayList<>();
  private List<Long> tookNanos = new ArrayList<>();
  private int turn;
  private long answered;
  private long unanswered;
  private long notTold;

  /**
   * How it went since the last time.
   *
   * @param unanswered announces that no answer came to, however often they were sent again
   * @param notTold peers that somebody should have been told of
   */
  record Account(long answered, long unanswered, long notTold, double p50Millis, double p99Millis) {
    boolean isPerfect() {
      return unanswered == 0 && notTold == 0;
    }
  }

  Honest(InetSocketAddress tracker) throws IOException {
    for (int i = 0; i < SWARMS * PEERS_EACH; i++) {
      peers.add(new UdpPeer(FIRST_ADDRESS + i, tracker));
    }
  }

  /** All come. */
  void join() throws IOException {
    for (int i = 0; i < peers.size(); i++) {
      announce(i);
    }
  }

  /** The next one announces, with a pause. */
  void next() throws IOException {
    Set<Integer> told = announce(turn);
    int first = turn - turn % PEERS_EACH;
    for (int other = first; other < first + PEERS_EACH; other++) {
      notTold += other == turn || told.contains(FIRST_ADDRESS + other) ? 0 : 1;
    }
    turn = (turn + 1) % peers.size();
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  /** How long it took counts from the first time it was sent. */
  private Set<Integer> announce(int i) throws IOException {
    long began = System.nanoTime();
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        ByteBuffer compact = peers.get(i).ask(1 + i / PEERS_EACH, PORT, i % PEERS_EACH == 0);
        tookNanos.add(System.nanoTime() - began);
        answered++;
        var addresses = new HashSet<Integer>();
        for (int at = 0; at + 6 <= compact.limit(); at += 6) {
          addresses.add(compact.getInt(at));
        }
        return addresses;
      } catch (SocketTimeoutException _) {
        // Again.
      }
    }
    unanswered++;
    return Set.of();
  }

  Account account() {
    long[] sorted = tookNanos.stream().mapToLong(nanos -> nanos).toArray();
    Arrays.sort(sorted);
    var account =
        new Account(answered, unanswered, notTold, millis(sorted, 0.5), millis(sorted, 0.99));
    tookNanos = new ArrayList<>();
    answered = 0;
    unanswered = 0;
    notTold = 0;
    return account;
  }

  private static double millis(long[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
  }

  @Override
  public void close() {
    peers.forEach(UdpPeer::close);
  }
}
