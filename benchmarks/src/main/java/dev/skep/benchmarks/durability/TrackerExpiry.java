package dev.skep.benchmarks.durability;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code TrackerExpiry [ROUNDS]}: how long announces take while 1,000,000 silent peers of 10,000
 * torrents of skewed popularity are swept out, and how long while nothing is swept. The sweep goes
 * as fast as a running tracker's; 100,000 other peers of the same torrents announce meanwhile.
 */
public final class TrackerExpiry {
  private static final int SILENT = 1_000_000;
  private static final int LIVING = 100_000;
  private static final int TORRENTS = 10_000;
  private static final int SWEEPS = 8;
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int ANNOUNCES = 200_000;
  private static final long ANNOUNCE_NANOS = 20_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(45);

  private final SwarmStore swarms =
      new SwarmStore(
          new SwarmLimits(TORRENTS, 1_000_000, 2_000_000, TIMEOUT, false),
          new PeerPreference.Uniform(),
          new SplittableRandom(2),
          0);
  private final SplittableRandom random = new SplittableRandom(1);
  private final Announce announce = new Announce();
  private long nanos;

  private TrackerExpiry() {}

  public static void main(String[] args) throws InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 4;
    var expiry = new TrackerExpiry();
    for (int round = 1; round <= rounds; round++) {
      expiry.run(round);
    }
  }

  private void run(int round) throws InterruptedException {
    for (int peer = LIVING; peer < LIVING + SILENT; peer++) {
      announce(peer);
    }
    nanos += TIMEOUT.plusSeconds(1).toNanos();
    swarms.advance(nanos);
    for (int peer = 0; peer < LIVING; peer++) {
      announce(peer);
    }
    double without = announces("round " + round + ", no sweep:");
    long before = swarms.tallies().expired().sum();
    Thread sweeper = Thread.ofPlatform().daemon().start(this::sweep);
    double during = announces("round " + round + ", sweep:   ");
    System.out.printf(
        "%,d peers swept out meanwhile, p99.9 %.2f times as long%n",
        swarms.tallies().expired().sum() - before, during / without);
    sweeper.join();
  }

  /** Until all silent peers are gone. */
  private void sweep() {
    while (swarms.tallies().peers().get() > LIVING) {
      for (int i = 0; i < SWEEPS; i++) {
        swarms.sweep();
      }
      LockSupport.parkNanos(SWEEP_NANOS);
    }
  }

  /** Announces at a steady rate; how many microseconds 99.9 % of the announces took at most. */
  private double announces(String what) {
    long[] took = new long[ANNOUNCES];
    long due = System.nanoTime();
    for (int i = 0; i < took.length; i++) {
      due += ANNOUNCE_NANOS;
      while (System.nanoTime() < due) {
        Thread.onSpinWait();
      }
      long began = System.nanoTime();
      announce(random.nextInt(LIVING));
      took[i] = System.nanoTime() - began;
    }
    Arrays.sort(took);
    double p999 = took[(int) (took.length * 0.999)] / 1000.0;
    System.out.printf(
        "%s announce p50 %.1f us, p99 %.1f us, p99.9 %.1f us, longest %.1f us%n",
        what,
        took[took.length / 2] / 1000.0,
        took[(int) (took.length * 0.99)] / 1000.0,
        p999,
        took[took.length - 1] / 1000.0);
    return p999;
  }

  private void announce(int peer) {
    long torrent = (long) Math.pow(TORRENTS, ((peer * 0x9e3779b97f4a7c15L) >>> 11) * 0x1p-53);
    announce.torrent(new InfoHash(torrent * 0x9E3779B97F4A7C15L, torrent, (int) torrent));
    announce.from(IpAddress.ofIpv4(0x0a000000 + peer), 6881);
    announce.peerIdLow = peer;
    announce.leftBytes = peer % 3;
    announce.numwant = 50;
    swarms.announce(announce);
  }
}
