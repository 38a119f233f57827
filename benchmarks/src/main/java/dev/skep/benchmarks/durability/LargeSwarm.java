package dev.skep.benchmarks.durability;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmChange;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmReader;
import dev.skep.tracker.swarm.SwarmStore;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;

/**
 * {@code LargeSwarm [PEERS [ROUNDS]]}: one torrent grows to 1,000,000 peers, is saved, and is swept
 * out. Prints how long the longest single announce and the longest pass of a sweep took, which
 * bounds how long the swarm's lock was held, how long announces took while images were made of it
 * without end, and for how long of that the collector stopped them. Growing and sweeping are
 * measured in time on a processor, so that other work on the machine does not count. The first
 * round warms up.
 */
public final class LargeSwarm {
  private static final Duration TIMEOUT = Duration.ofMinutes(45);
  private static final int ANNOUNCES = 200_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final int peers;
  private final SwarmStore swarms;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Announce announce = new Announce();

  private LargeSwarm(int peers) {
    this.peers = peers;
    this.swarms =
        new SwarmStore(
            new SwarmLimits(10, 16_000_000, 16_000_000, TIMEOUT, false),
            new PeerPreference.Uniform(),
            new SplittableRandom(2),
            0);
  }

  public static void main(String[] args) throws InterruptedException {
    int peers = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("round %d%n", round);
      new LargeSwarm(peers).run();
      System.gc();
    }
  }

  private void run() throws InterruptedException {
    long[] took = new long[peers];
    for (int peer = 0; peer < peers; peer++) {
      long began = THREADS.getCurrentThreadCpuTime();
      announce(peer);
      took[peer] = THREADS.getCurrentThreadCpuTime() - began;
    }
    Longest.print("announces that made it grow", took);
    Longest.print("announces of known peers", known());
    Thread saver = Thread.ofPlatform().daemon().start(this::save);
    long stopped = stoppedMillis();
    Longest.print("the same while it is saved", known());
    System.out.printf(
        "  the collector stopped them for %d ms of that%n", stoppedMillis() - stopped);
    saver.interrupt();
    saver.join();
    swarms.advance(TIMEOUT.plusSeconds(1).toNanos());
    Longest.print("passes that swept it out", sweep());
  }

  private long[] known() {
    long[] took = new long[ANNOUNCES];
    for (int i = 0; i < took.length; i++) {
      int peer = random.nextInt(peers);
      long began = System.nanoTime();
      announce(peer);
      took[i] = System.nanoTime() - began;
    }
    return took;
  }

  /** How long the collector stopped all threads until now: it copies the images that are made. */
  private static long stoppedMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  private void save() {
    try (SwarmReader saver = swarms.reader(EnumSet.allOf(SwarmChange.class))) {
      saver.beginAnew();
      while (!Thread.currentThread().isInterrupted()) {
        saver.forEachUnread(0, _ -> {});
      }
    }
  }

  private long[] sweep() {
    long[] took = new long[peers];
    int passes = 0;
    while (swarms.tallies().peers().get() > 0) {
      long began = THREADS.getCurrentThreadCpuTime();
      swarms.sweep();
      took[passes++] = THREADS.getCurrentThreadCpuTime() - began;
    }
    return Arrays.copyOf(took, passes);
  }

  private void announce(int peer) {
    announce.torrent(new InfoHash(1, 2, 3));
    announce.from(IpAddress.ofIpv4(0x0a000000 + peer), 6881);
    announce.peerIdLow = peer;
    announce.leftBytes = peer % 3;
    announce.numwant = 50;
    swarms.announce(announce);
  }
}
