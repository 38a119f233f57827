package dev.skep.benchmarks.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.access.AuditLog;
import dev.skep.tracker.access.Mode;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.StoredMetainfo;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.udp.ConnectionIds;
import dev.skep.tracker.udp.UdpProtocol;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The whole way of a UDP announce but its socket: a datagram is decoded, announced by a known peer
 * of 10,000 torrents of skewed popularity, and answered into a buffer.
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class UdpAnnounceBenchmark {
  private static final int TORRENTS = 10_000;
  private static final int PEERS = 200_000;
  private static final long MAGIC = 0x41727101980L;
  private static final int ANNOUNCE_BYTES = 98;

  private final IpAddress from = IpAddress.ofIpv4(0x7f000001);
  private final Population population = new Population(TORRENTS, PEERS, 1, 1);
  private final SplittableRandom random = new SplittableRandom(2);
  private final ByteBuffer in = ByteBuffer.allocateDirect(ANNOUNCE_BYTES);
  private final ByteBuffer out = ByteBuffer.allocateDirect(UdpProtocol.LONGEST_ANSWER_BYTES);
  private final UdpProtocol protocol =
      new UdpProtocol(
          new AnnounceService(
              new SwarmStore(
                  SwarmLimits.DEFAULT, new PeerPreference.Uniform(), new SplittableRandom(1), 0),
              openToAll(),
              AnnounceSettings.DEFAULT,
              new TrackerCounters(),
              0),
          new ConnectionIds(new SplittableRandom(3)));

  /** What the tracker asks without any lists. */
  private static Access openToAll() {
    var catalogue =
        new Catalogue(new NoFiles(), new Catalogue.Limits(1, 1, 1), InstantSource.system());
    return new AccessRules(
        Mode.OPEN,
        catalogue,
        (_, _) -> {},
        new AuditLog(Path.of("nowhere"), InstantSource.system()),
        InstantSource.system());
  }

  private static final class NoFiles implements Catalogue.Keeper {
    @Override
    public void put(RegisteredTorrent torrent, byte[] metainfo) {}

    @Override
    public void remove(InfoHash hash, CatalogueHistory history) {}

    @Override
    public Optional<StoredMetainfo> open(InfoHash hash) {
      return Optional.empty();
    }
  }

  @Setup
  public void fill() {
    in.putLong(0, MAGIC).putInt(8, 0).limit(16);
    answer();
    in.clear().putLong(0, out.getLong(8));
    for (int peer = 0; peer < population.peers(); peer++) {
      announce(peer);
    }
  }

  @Benchmark
  public int announce() {
    return announce(random.nextInt(population.peers()));
  }

  private int announce(int peer) {
    InfoHash infoHash = population.infoHash(population.torrentOf(peer));
    in.putInt(8, 1).putInt(12, peer);
    in.putLong(16, infoHash.high()).putLong(24, infoHash.middle()).putInt(32, infoHash.low());
    in.putLong(36, 0x2d534b303130302dL).putLong(44, peer * 0x9e3779b97f4a7c15L).putInt(52, peer);
    in.putLong(64, population.left(peer)).putInt(92, 50);
    in.putShort(96, (short) population.port(peer));
    return answer();
  }

  private int answer() {
    return protocol.answer(in, from.high(), from.low(), out, 0);
  }
}
