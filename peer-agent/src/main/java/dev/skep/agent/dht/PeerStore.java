package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.PeerFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The peers that this node was told of, for half an hour each. Bounded in torrents, in peers of
 * each and of all, and in what one network may bring; what was heard of least lately gives way.
 */
final class PeerStore {
  static final int MOST_TORRENTS = 20_000;
  static final int MOST_PEERS = 200;
  static final int MOST_PEERS_IN_ALL = 50_000;
  private static final int MOST_TORRENTS_OF_NETWORK = 1_000;
  private static final int MOST_PEERS_OF_NETWORK = 20;
  private static final int MOST_PORTS = 3;
  private static final long SAMPLED_SECONDS = 60;
  private static final long KEPT_NANOS = 30 * 60 * 1_000_000_000L;

  /** What is known of a peer: when it was heard of, and whether it has all. */
  private record Word(long at, boolean seed) {}

  /** The peers of one torrent, in the order of being heard of, and who brought it. */
  private record Swarm(Endpoint founder, SequencedMap<Endpoint, Word> peers) {}

  private final RandomGenerator random;
  private final LinkedHashMap<InfoHash, Swarm> swarms = new LinkedHashMap<>();
  private final Map<Networks.Network, Integer> founded = new HashMap<>();
  private int total;

  PeerStore(RandomGenerator random) {
    this.random = random;
  }

  /** Keeps a peer; false where there is no room for it. */
  boolean add(InfoHash about, Endpoint peer, boolean seed, long now) {
    Swarm swarm = swarms.remove(about);
    if (swarm == null) {
      if (Networks.isPublic(peer)
          && founded.getOrDefault(Networks.of(peer.address()), 0) >= MOST_TORRENTS_OF_NETWORK) {
        return false;
      }
      swarm = new Swarm(peer, new LinkedHashMap<>());
      founded.merge(Networks.of(peer.address()), 1, Integer::sum);
    }
    swarms.put(about, swarm); // last in the order of being heard of
    boolean kept = add(swarm.peers(), peer, new Word(now, seed));
    while (swarms.size() > MOST_TORRENTS || total > MOST_PEERS_IN_ALL) {
      forgetOldest();
    }
    return kept;
  }

  private boolean add(SequencedMap<Endpoint, Word> peers, Endpoint peer, Word word) {
    int before = peers.size();
    peers.remove(peer);
    boolean crowded = Networks.isPublic(peer) && isCrowded(peers, peer);
    if (!crowded) {
      if (peers.size() >= MOST_PEERS) {
        peers.pollFirstEntry();
      }
      peers.put(peer, word);
    }
    total += peers.size() - before;
    return !crowded;
  }

  private static boolean isCrowded(Map<Endpoint, Word> peers, Endpoint peer) {
    Networks.Network network = Networks.of(peer.address());
    int ports = 0;
    int neighbours = 0;
    for (Endpoint other : peers.keySet()) {
      ports += other.address().equals(peer.address()) ? 1 : 0;
      neighbours += Networks.of(other.address()).equals(network) ? 1 : 0;
    }
    return ports >= MOST_PORTS || neighbours >= MOST_PEERS_OF_NETWORK;
  }

  private void forgetOldest() {
    Swarm swarm = swarms.pollFirstEntry().getValue();
    total -= swarm.peers().size();
    founded.computeIfPresent(
        Networks.of(swarm.founder().address()), (_, count) -> count == 1 ? null : count - 1);
  }

  private void expire(Swarm swarm, long now) {
    int before = swarm.peers().size();
    swarm.peers().values().removeIf(word -> now - word.at() > KEPT_NANOS);
    total += swarm.peers().size() - before;
  }

  /** Some of a torrent's peers, of one family, at random. */
  List<Endpoint> peers(InfoHash about, boolean ipv4, int most, long now) {
    Swarm swarm = swarms.get(about);
    if (swarm == null) {
      return List.of();
    }
    expire(swarm, now);
    List<Endpoint> some =
        new ArrayList<>(swarm.peers().keySet().stream().filter(p -> p.isIpv4() == ipv4).toList());
    for (int i = 0; i < Math.min(most, some.size()); i++) {
      int other = i + random.nextInt(some.size() - i);
      Endpoint kept = some.get(i);
      some.set(i, some.get(other));
      some.set(other, kept);
    }
    return List.copyOf(some.subList(0, Math.min(most, some.size())));
  }

  /** Who has a torrent, as far as the asker may know; empty if nobody is known (BEP 33). */
  Optional<Krpc.Counts> counts(InfoHash about, Endpoint asker, long now) {
    Swarm swarm = swarms.get(about);
    if (swarm == null) {
      return Optional.empty();
    }
    expire(swarm, now);
    PeerFilter seeds = new PeerFilter();
    PeerFilter others = new PeerFilter();
    swarm
        .peers()
        .forEach(
            (peer, word) -> {
              if (Networks.mayTell(asker, peer)) {
                (word.seed() ? seeds : others).add(peer.address());
              }
            });
    return Optional.of(new Krpc.Counts(seeds, others));
  }

  /** Some torrents that the asker may know of, from anywhere on (BEP 51). */
  Krpc.Samples samples(Endpoint asker) {
    int skipped = swarms.isEmpty() ? 0 : random.nextInt(swarms.size());
    var all = swarms.entrySet();
    List<InfoHash> some =
        Stream.concat(all.stream().skip(skipped), all.stream().limit(skipped))
            .filter(each -> isFor(asker, each.getValue()))
            .limit(Krpc.Samples.MOST)
            .map(Map.Entry::getKey)
            .toList();
    return new Krpc.Samples(SAMPLED_SECONDS, swarms.size(), some);
  }

  private static boolean isFor(Endpoint asker, Swarm swarm) {
    return swarm.peers().keySet().stream().anyMatch(peer -> Networks.mayTell(asker, peer));
  }

  /** Forgets what was not heard of for long, of some torrents. */
  void expire(int atMost, long now) {
    for (int i = 0; i < atMost && !swarms.isEmpty(); i++) {
      Swarm oldest = swarms.firstEntry().getValue();
      expire(oldest, now);
      if (!oldest.peers().isEmpty()) {
        return;
      }
      forgetOldest();
    }
  }

  int torrents() {
    return swarms.size();
  }

  int peers() {
    return total;
  }
}
