package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A store on a clock of its own, and short ways to announce to it. */
final class Announcing {
  static final int TIMEOUT_SECONDS = 1800;

  final SwarmStore store;

  /** Reads all kinds of changes, from the first on. */
  final SwarmReader changes;

  final Announce announce = new Announce();
  private long nanos;

  Announcing(SwarmLimits limits, PeerPreference preference) {
    this.store = new SwarmStore(limits, preference, new SplittableRandom(7), 0);
    this.changes = store.reader(EnumSet.allOf(SwarmChange.class));
  }

  static Announcing unlimited() {
    return new Announcing(limits(1000, 1_000_000, 10_000_000), new PeerPreference.Uniform());
  }

  static SwarmLimits limits(int torrents, int peersPerTorrent, int peers) {
    return new SwarmLimits(
        torrents, peersPerTorrent, peers, Duration.ofSeconds(TIMEOUT_SECONDS), false);
  }

  static InfoHash torrent(int number) {
    return new InfoHash(number, 1, 2);
  }

  /** A leecher of 10.0.0.0/8 at port 6881. */
  Admission leecher(int torrent, int host) {
    return announce(torrent, host, 1, AnnounceEvent.NONE, 0);
  }

  Admission announce(int torrent, int host, long left, AnnounceEvent event, int numwant) {
    return announce(torrent, IpAddress.ofIpv4(0x0a000000 + host), 6881, host, left, event, numwant);
  }

  Admission announce(
      int torrent,
      IpAddress address,
      int port,
      int id,
      long left,
      AnnounceEvent event,
      int numwant) {
    announce.torrent(torrent(torrent));
    announce.from(address, port);
    announce.peerIdLow = id;
    announce.leftBytes = left;
    announce.event = event;
    announce.numwant = numwant;
    return store.announce(announce);
  }

  /** The hosts that the last announce was told. */
  List<Integer> told() {
    List<Integer> hosts = new ArrayList<>();
    for (int i = 0; i < announce.ipv4.count(); i++) {
      hosts.add((int) announce.ipv4.address(i).low() - 0x0a000000);
    }
    assertThat(hosts).doesNotHaveDuplicates();
    return hosts;
  }

  int peersOf(int torrent) {
    SwarmCounts counts = store.counts(torrent(torrent));
    return counts.seeders() + counts.leechers();
  }

  void pass(int seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
    store.advance(nanos);
  }

  void sweepAll() {
    boolean done = false;
    while (!done) {
      done = store.sweep().toTheEnd();
    }
  }
}
