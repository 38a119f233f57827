package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.rollout.Said;
import dev.skep.tracker.swarm.KnownPeer;
import dev.skep.tracker.swarm.PeerKey;
import dev.skep.tracker.swarm.SwarmCounts;
import dev.skep.tracker.swarm.SwarmStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what of a torrent its peers have together: of agents by what they said last, if they
 * are still in the swarm, of all others by what they say is left. One is made at a time: each takes
 * four bytes for each piece while it is made.
 */
public final class Availabilities {
  /** Of more peers the others are thought to be as these are. */
  static final int MOST_PEERS = 4096;

  /** Stretches of a map. */
  static final int MOST_STRETCHES = 512;

  private static final int AT_ONCE = 256;

  private final SwarmStore swarms;
  private final Catalogue catalogue;
  private final Rollouts rollouts;

  public Availabilities(SwarmStore swarms, Catalogue catalogue, Rollouts rollouts) {
    this.swarms = swarms;
    this.catalogue = catalogue;
    this.rollouts = rollouts;
  }

  /** Of one torrent; whether somebody may see it was asked before. */
  public synchronized SwarmAvailability of(InfoHash asked) {
    Optional<RegisteredTorrent> torrent = catalogue.find(asked);
    InfoHash hash = torrent.map(RegisteredTorrent::infoHash).orElse(asked);
    SwarmCounts counts = swarms.counts(asked);
    int pieces = torrent.map(RegisteredTorrent::pieces).orElse(0);
    Map<PeerKey, HeldPieces> tellers = pieces == 0 ? new HashMap<>() : tellers(hash);
    Leechers leechers = leechers(asked, torrent.map(RegisteredTorrent::totalBytes), tellers);
    int told = leechers.maps.size();
    int others = Math.max(0, counts.leechers() - told);
    double parts = leechers.untold == 0 ? 0 : leechers.parts * others / leechers.untold;
    int[] had = had(leechers.maps, pieces);
    return new SwarmAvailability(
        asked.hex(),
        pieces == 0 ? null : Integer.valueOf(pieces),
        counts.seeders(),
        told,
        others,
        RolloutHost.rounded(counts.seeders() + copies(had) + parts),
        told == 0 ? null : Integer.valueOf(stretch(pieces)),
        told == 0 ? null : least(had, counts.seeders()));
  }

  /** What agents said that they have, by where they take connections. */
  private Map<PeerKey, HeldPieces> tellers(InfoHash hash) {
    var tellers = new HashMap<PeerKey, HeldPieces>();
    for (Said said : rollouts.said(hash)) {
      said.held().ifPresent(held -> tellers.put(new PeerKey(said.from(), said.port()), held));
    }
    return tellers;
  }

  /**
   * Peers that do not have all.
   *
   * @param maps of those that tell
   * @param untold how many others there are
   * @param parts what these have, as parts of a copy
   */
  private record Leechers(List<HeldPieces> maps, int untold, double parts) {}

  private Leechers leechers(
      InfoHash hash, Optional<Long> totalBytes, Map<PeerKey, HeldPieces> tellers) {
    var maps = new ArrayList<HeldPieces>();
    int untold = 0;
    double parts = 0;
    List<KnownPeer> some;
    int seen = 0;
    do {
      some = swarms.peers(hash, seen, AT_ONCE);
      for (KnownPeer peer : some) {
        HeldPieces held = tellers.remove(new PeerKey(peer.address(), peer.port()));
        if (peer.isSeeder()) {
          continue;
        }
        if (held != null) {
          maps.add(held);
        } else {
          untold++;
          parts += totalBytes.map(bytes -> part(peer, bytes)).orElse(0.0);
        }
      }
      seen += some.size();
    } while (some.size() == AT_ONCE && seen < MOST_PEERS);
    return new Leechers(maps, untold, parts);
  }

  private static double part(KnownPeer peer, long totalBytes) {
    return totalBytes <= 0 ? 0 : Math.clamp(1 - (double) peer.leftBytes() / totalBytes, 0.0, 1.0);
  }

  /** For each piece, how many of those have it. */
  private static int[] had(List<HeldPieces> maps, int pieces) {
    if (maps.isEmpty()) {
      return new int[0];
    }
    int[] had = new int[pieces + 1];
    for (HeldPieces map : maps) {
      if (map.fits(pieces)) {
        map.forEachRun(
            (from, until) -> {
              had[from]++;
              had[until]--;
            });
      }
    }
    for (int piece = 1; piece < pieces; piece++) {
      had[piece] += had[piece - 1];
    }
    return Arrays.copyOf(had, pieces);
  }

  private static double copies(int[] had) {
    if (had.length == 0) {
      return 0;
    }
    int rarest = Arrays.stream(had).min().orElse(0);
    long more = Arrays.stream(had).filter(count -> count > rarest).count();
    return rarest + (double) more / had.length;
  }

  private static int stretch(int pieces) {
    return Math.max(1, Math.ceilDiv(pieces, MOST_STRETCHES));
  }

  private static List<Integer> least(int[] had, int complete) {
    int stretch = stretch(had.length);
    var least = new ArrayList<Integer>();
    for (int from = 0; from < had.length; from += stretch) {
      int until = Math.min(had.length, from + stretch);
      least.add(complete + Arrays.stream(had, from, until).min().orElse(0));
    }
    return least;
  }
}
