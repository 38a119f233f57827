package dev.skep.benchmarks.durability;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * {@code TinySwarms [TORRENTS [ROUNDS]]}: 1,000,000 torrents of two peers fill a store, then
 * newcomers make others give way. Prints how long the announces took that brought a new torrent,
 * and those that evicted somebody, which bounds how long a lock was held; in time on a processor,
 * so that other work on the machine does not count. The first round warms up.
 */
public final class TinySwarms {
  private static final int NEWCOMERS = 20_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final int torrents;
  private final SwarmStore swarms;
  private final Announce announce = new Announce();

  private TinySwarms(int torrents) {
    this.torrents = torrents;
    this.swarms =
        new SwarmStore(
            new SwarmLimits(16_000_000, 1_000, 2 * torrents, Duration.ofMinutes(45), false),
            new PeerPreference.Uniform(),
            new SplittableRandom(2),
            0);
  }

  public static void main(String[] args) {
    int torrents = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("round %d%n", round);
      new TinySwarms(torrents).run();
      System.gc();
    }
  }

  private void run() {
    Longest.print("announces of new torrents", announceEach(0, torrents, 1));
    announceEach(0, torrents, 2);
    Longest.print("announces that evicted", announceEach(torrents, NEWCOMERS, 1));
    System.out.printf(
        "  %,d evicted, %,d refused%n",
        swarms.tallies().evicted().sum(), swarms.tallies().refusedPeers().sum());
  }

  private long[] announceEach(int first, int count, int host) {
    long[] took = new long[count];
    for (int i = 0; i < count; i++) {
      announce.torrent(new InfoHash(first + i, 2, 3));
      announce.from(IpAddress.ofIpv4(0x0a000000 + host), 6881);
      announce.leftBytes = 1;
      announce.numwant = 50;
      long began = THREADS.getCurrentThreadCpuTime();
      swarms.announce(announce);
      took[i] = THREADS.getCurrentThreadCpuTime() - began;
    }
    return took;
  }
}
