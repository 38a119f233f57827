package dev.skep.benchmarks.durability;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.persistence.Persistence;
import dev.skep.tracker.persistence.Saver;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * {@code TrackerDurability FOLDER [PEERS [TORRENTS [SECONDS]]]}: fills a swarm store, lets it be
 * saved as a whole every 3 seconds while every peer announces again and again, and restores it.
 * Prints how long announces took while nothing was saved and while saving ran, how large the data
 * folder became, and how long the restore took.
 */
public final class TrackerDurability {
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(3);
  private static final int ANNOUNCES_PER_SECOND = 5000;

  private final Path folder;
  private final int peers;
  private final int torrents;
  private final PrintStream out;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Announce announce = new Announce();
  private AnnounceEvent side = AnnounceEvent.NONE;

  private TrackerDurability(Path folder, int peers, int torrents, PrintStream out) {
    this.folder = folder;
    this.peers = peers;
    this.torrents = torrents;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    int peers = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
    int torrents = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
    int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 30;
    var run = new TrackerDurability(Path.of(args[0]), peers, torrents, System.out);
    run.save(seconds);
    run.restore();
  }

  private void save(int seconds) throws IOException {
    SwarmStore swarms = swarms();
    for (int peer = 0; peer < peers; peer++) {
      announce(swarms, peer, AnnounceEvent.STARTED);
    }
    announces("warm-up", swarms, seconds);
    announces("nothing saved", swarms, seconds);
    try (Persistence persistence = Persistence.open(folder, Duration.ofMinutes(1))) {
      try (Saver saver = Saver.start(persistence, swarms, SAVE_INTERVAL, InstantSource.system())) {
        announces("saving every 3 s", swarms, seconds);
        out.printf(
            "saved %,d images, %,d MB; the last save took %d ms%n",
            saver.status().savedSwarms(),
            saver.status().savedBytes() / 1_000_000,
            saver.status().lastSaveTook().toMillis());
      }
      out.printf("data folder after that: %,d MB%n", bytes() / 1_000_000);
    }
  }

  private void restore() throws IOException {
    SwarmStore swarms = swarms();
    long began = System.nanoTime();
    try (Persistence persistence = Persistence.open(folder, Duration.ofMinutes(1))) {
      long opened = System.nanoTime();
      persistence.restore(swarms, InstantSource.system().instant());
      long restored = System.nanoTime();
      out.printf(
          "%,d peers in %,d torrents: opened and checked in %d ms, restored in %d ms more%n",
          swarms.tallies().peers().get(),
          swarms.tallies().torrents().get(),
          (opened - began) / 1_000_000,
          (restored - opened) / 1_000_000);
    }
  }

  /** Announces at a steady rate and prints how long single announces took. */
  private void announces(String what, SwarmStore swarms, int seconds) {
    long[] nanos = new long[seconds * ANNOUNCES_PER_SECOND];
    long interval = 1_000_000_000L / ANNOUNCES_PER_SECOND;
    long due = System.nanoTime();
    for (int i = 0; i < nanos.length; i++) {
      due += interval;
      if (i % (SAVE_INTERVAL.toSeconds() * ANNOUNCES_PER_SECOND) == 0) {
        changeEach(swarms);
      }
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      long began = System.nanoTime();
      announce(swarms, random.nextInt(peers), AnnounceEvent.NONE);
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    out.printf(
        "%-16s announce p50 %.1f us, p99 %.1f us, p99.9 %.1f us, longest %.1f us%n",
        what + ":", at(nanos, 0.5), at(nanos, 0.99), at(nanos, 0.999), at(nanos, 1));
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1000.0;
  }

  /** A peer of each torrent changes sides: of those that are only heard saving takes its time. */
  private void changeEach(SwarmStore swarms) {
    side = side == AnnounceEvent.PAUSED ? AnnounceEvent.NONE : AnnounceEvent.PAUSED;
    for (int torrent = 0; torrent < torrents; torrent++) {
      announce(swarms, torrent, 1, side);
    }
  }

  private void announce(SwarmStore swarms, int peer, AnnounceEvent event) {
    announce(swarms, peer, peer % 3, event);
  }

  private void announce(SwarmStore swarms, int peer, int leftBytes, AnnounceEvent event) {
    long torrent = peer % torrents;
    announce.torrent(new InfoHash(torrent * 0x9E3779B97F4A7C15L, torrent, (int) torrent));
    announce.from(IpAddress.ofIpv4(0x0a000000 + peer), 6881);
    announce.peerIdLow = peer;
    announce.leftBytes = leftBytes;
    announce.event = event;
    announce.numwant = 50;
    swarms.announce(announce);
  }

  private static SwarmStore swarms() {
    var limits = new SwarmLimits(1_000_000, 1_000_000, 10_000_000, Duration.ofHours(1), false);
    return new SwarmStore(
        limits, new PeerPreference.Uniform(), new SplittableRandom(2), System.nanoTime());
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
