package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.StoredMetainfo;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.KnownPeer;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What a tracker might have had to save, made from a seed; and what came back of it. */
final class SavedState {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final byte[] ACCESS = "denied-networks\t10.0.0.0/8\t\n".getBytes(StandardCharsets.UTF_8);

  private SavedState() {}

  static SwarmStore emptySwarms() {
    var limits = new SwarmLimits(100_000, 100_000, 2_000_000, Duration.ofHours(1), false);
    return new SwarmStore(limits, new PeerPreference.Uniform(), new Random(1), 0);
  }

  static InfoHash hash(int n) {
    var random = new Random(n);
    return new InfoHash(random.nextLong(), random.nextLong(), random.nextInt());
  }

  static byte[] metainfo(int n) {
    byte[] bytes = new byte[3000];
    new Random(n).nextBytes(bytes);
    return bytes;
  }

  static RegisteredTorrent torrent(int n) {
    return new RegisteredTorrent(
        hash(n),
        Optional.empty(),
        "torrent " + n + " é",
        n,
        1,
        n + 1,
        3000,
        NOW,
        Publication.at(NOW),
        0);
  }

  /** Lets {@code peers} peers announce torrent {@code n}; every tenth of them ended a download. */
  static void announce(SwarmStore swarms, int n, int peers) {
    for (int i = 0; i < peers; i++) {
      var announce = new Announce();
      announce.torrent(hash(n));
      announce.from(IpAddress.ofIpv4(0x0a000000 + i), 1 + n);
      announce.by(new PeerId(n, i, i));
      announce.leftBytes = i % 2;
      announce.event = i % 10 == 0 ? AnnounceEvent.COMPLETED : AnnounceEvent.STARTED;
      swarms.announce(announce);
    }
  }

  /** Registers and saves torrents 0 to {@code torrents} - 1, each with peers. */
  static void save(Persistence persistence, SwarmStore swarms, int torrents, int peers)
      throws IOException {
    try (Saver saver = Saver.start(persistence, swarms, Duration.ofHours(1), () -> NOW)) {
      for (int n = 0; n < torrents; n++) {
        persistence.put(torrent(n), metainfo(n));
        swarms.pin(hash(n), 0);
        announce(swarms, n, peers);
      }
      persistence.putAccess(new SavedAccess(ACCESS, true));
      saver.status();
    }
  }

  /** Everything that a data folder holds. */
  record Contents(
      Map<InfoHash, RegisteredTorrent> torrents,
      Map<InfoHash, Integer> metainfos,
      Map<InfoHash, Set<String>> peers,
      Map<InfoHash, Integer> completed,
      Optional<String> access,
      Optional<String> damage) {
    /** Torrents whose .torrent file cannot be had. */
    Set<InfoHash> withoutMetainfo() {
      var without = new HashSet<>(torrents.keySet());
      without.removeAll(metainfos.keySet());
      return without;
    }
  }

  /** The .torrent file; a damaged one is none. */
  static Optional<byte[]> metainfo(Persistence persistence, InfoHash hash) throws IOException {
    try {
      Optional<StoredMetainfo> opened = persistence.open(hash);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(opened.get().content().readAllBytes());
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("is damaged; publish it again")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  static Contents read(Persistence persistence) throws IOException {
    SwarmStore swarms = emptySwarms();
    Restored restored = persistence.restore(swarms, NOW);
    var torrents = new HashMap<InfoHash, RegisteredTorrent>();
    var metainfos = new HashMap<InfoHash, Integer>();
    for (RegisteredTorrent torrent : restored.torrents()) {
      torrents.put(torrent.infoHash(), torrent);
      metainfo(persistence, torrent.infoHash())
          .ifPresent(bytes -> metainfos.put(torrent.infoHash(), Arrays.hashCode(bytes)));
    }
    var peers = new HashMap<InfoHash, Set<String>>();
    var completed = new HashMap<InfoHash, Integer>();
    swarms
        .overview()
        .forEach(
            swarm -> {
              peers.put(swarm.infoHash(), addresses(swarms.peers(swarm.infoHash(), 0, 1000)));
              completed.put(swarm.infoHash(), swarm.counts().completed());
            });
    return new Contents(
        torrents,
        metainfos,
        peers,
        completed,
        Optional.of(restored.access())
            .filter(SavedAccess::confirmed)
            .map(saved -> new String(saved.lists(), StandardCharsets.UTF_8)),
        persistence.damage());
  }

  private static Set<String> addresses(List<KnownPeer> peers) {
    var addresses = new HashSet<String>();
    peers.forEach(peer -> addresses.add(peer.address() + ":" + peer.port()));
    return addresses;
  }
}
