package dev.skep.benchmarks;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The swarm store without any socket: peers of 10,000 torrents of skewed popularity come back. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SwarmStoreBenchmark {
  private static final int TORRENTS = 10_000;

  /** A store full of peers. */
  @State(Scope.Benchmark)
  public static class Full {
    @Param("1000000")
    public int peers;

    SwarmStore store =
        new SwarmStore(
            SwarmLimits.DEFAULT, new PeerPreference.Uniform(), new SplittableRandom(1), 0);
    InfoHash[] infoHashes = {};
    int[] firstPeer = {};
    final AtomicInteger threads = new AtomicInteger();

    @Setup
    public void fill() {
      double weights = 0;
      for (int k = 1; k <= TORRENTS; k++) {
        weights += 1.0 / k;
      }
      SplittableRandom random = new SplittableRandom(2);
      infoHashes = new InfoHash[TORRENTS];
      firstPeer = new int[TORRENTS + 1];
      Announce announce = new Announce();
      for (int torrent = 0; torrent < TORRENTS; torrent++) {
        infoHashes[torrent] = new InfoHash(random.nextLong(), random.nextLong(), random.nextInt());
        int size = Math.max(1, (int) (peers / weights / (torrent + 1)));
        firstPeer[torrent + 1] = firstPeer[torrent] + size;
        for (int peer = firstPeer[torrent]; peer < firstPeer[torrent + 1]; peer++) {
          say(announce, torrent, peer);
          announce.numwant = 0;
          store.announce(announce);
        }
      }
    }

    void say(Announce announce, int torrent, int peer) {
      announce.torrent(infoHashes[torrent]);
      announce.addressHigh = 0; // IPv4, mapped; by fields, which all builds to compare with have
      announce.addressLow = 0xffff_0000_0000L | Integer.toUnsignedLong(peer * 0x9e3779b9);
      announce.port = 1 + (peer & 0x7fff);
      announce.leftBytes = peer % 10 < 3 ? 0 : 1;
    }
  }

  /** What one thread announces. */
  @State(Scope.Thread)
  public static class Announcer {
    final Announce announce = new Announce();
    SplittableRandom random = new SplittableRandom();

    @Setup
    public void seed(Full full) {
      random = new SplittableRandom(full.threads.incrementAndGet());
    }
  }

  @Benchmark
  public int announce(Full full, Announcer announcer) {
    int peer = announcer.random.nextInt(full.firstPeer[TORRENTS]);
    int found = Arrays.binarySearch(full.firstPeer, peer);
    full.say(announcer.announce, found >= 0 ? found : -found - 2, peer);
    announcer.announce.numwant = 50;
    full.store.announce(announcer.announce);
    return announcer.announce.ipv4.count();
  }

  /** Arithmetic alone: what a second thread can gain on this machine at best. */
  @Benchmark
  public int control(Announcer announcer) {
    int sum = 0;
    for (int i = 0; i < 1000; i++) {
      sum += announcer.random.nextInt();
    }
    return sum;
  }
}
