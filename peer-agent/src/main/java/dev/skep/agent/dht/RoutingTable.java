package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.NodeId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The nodes of one address family that this node knows: many near to itself and few far away, in
 * one bucket for each number of first bits that they have in common with it. A full bucket keeps
 * who has answered for longest; others wait in its cache and take the place of who fails.
 *
 * <p>Only who answered us gets in. Of a public address one gets in, of its network two into each
 * bucket and eight into all; ids that do not suit their address (BEP 42) give way to those that do.
 */
final class RoutingTable {
  static final int BUCKET = 8;
  private static final int MOST_SPARES = 8;
  private static final int MOST_OF_NETWORK = 2;
  private static final int MOST_OF_NETWORK_IN_ALL = 8;
  private static final int MOST_FAILURES = 3;
  private static final long FRESH_NANOS = 15 * 60 * 1_000_000_000L;
  private static final long DOUBTFUL_NANOS = 30 * 1_000_000_000L;

  /** One node, as it is known here. */
  private static final class Entry {
    private final DhtNode node;
    private final boolean suits;
    private long repliedAt;
    private long checkedAt;
    private int failures;

    Entry(DhtNode node, long now) {
      this.node = node;
      suits = node.id().suits(node.at().address());
      repliedAt = now;
      checkedAt = now;
    }

    /** Whether it should be asked whether it is still there. */
    boolean isStale(long now) {
      return now - Math.max(repliedAt, checkedAt) > (failures == 0 ? FRESH_NANOS : DOUBTFUL_NANOS);
    }
  }

  private static final class Bucket {
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> spares = new ArrayList<>(); // the one that answered last at the end
    private long touchedAt;
  }

  private NodeId self;
  private final Bucket[] buckets = new Bucket[NodeId.BITS + 1];
  private final Map<Endpoint, Entry> known = new HashMap<>();
  private final Map<InetAddress, Integer> perAddress = new HashMap<>();
  private final Map<Networks.Network, Integer> perNetwork = new HashMap<>();

  RoutingTable(NodeId self, long now) {
    this.self = self;
    clear(now);
  }

  private void clear(long now) {
    known.clear();
    perAddress.clear();
    perNetwork.clear();
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new Bucket();
      buckets[i].touchedAt = now;
    }
  }

  /** This node has another id: all others have other places. */
  void moveTo(NodeId id, long now) {
    List<DhtNode> all = nodes();
    self = id;
    clear(now);
    all.forEach(node -> replied(node, now));
  }

  private Bucket bucket(NodeId id) {
    return buckets[self.commonBits(id)];
  }

  /** A node answered. */
  void replied(DhtNode node, long now) {
    if (node.id().equals(self)) {
      return;
    }
    Entry before = known.get(node.at());
    if (before != null && before.node.id().equals(node.id())) {
      before.repliedAt = now;
      before.failures = 0;
      return;
    }
    if (before != null) {
      remove(before); // it is another one than it was
    }
    if (!isCrowded(node.at())) {
      enter(new Entry(node, now));
    }
  }

  private boolean isCrowded(Endpoint at) {
    return Networks.isPublic(at)
        && (perAddress.containsKey(at.address())
            || perNetwork.getOrDefault(Networks.of(at.address()), 0) >= MOST_OF_NETWORK_IN_ALL);
  }

  private void enter(Entry fresh) {
    Bucket bucket = bucket(fresh.node.id());
    if (bucket.entries.stream().anyMatch(e -> e.node.id().equals(fresh.node.id()))) {
      return; // two nodes with one id: the first stays
    }
    boolean welcome = isWelcome(bucket.entries, fresh);
    if (welcome && bucket.entries.size() < BUCKET) {
      add(bucket.entries, fresh);
      return;
    }
    Optional<Entry> worse =
        bucket.entries.stream()
            .filter(e -> e.failures > 0 || (fresh.suits && !e.suits))
            .max(
                Comparator.comparingInt((Entry e) -> e.failures)
                    .thenComparing(e -> !e.suits)
                    .thenComparingLong(e -> -e.repliedAt));
    if (welcome && worse.isPresent()) {
      remove(worse.get());
      add(bucket.entries, fresh);
    } else if (isWelcome(bucket.spares, fresh)) {
      if (bucket.spares.size() >= MOST_SPARES) {
        remove(bucket.spares.getFirst());
      }
      add(bucket.spares, fresh);
    }
  }

  private static boolean isWelcome(List<Entry> among, Entry fresh) {
    if (!Networks.isPublic(fresh.node.at())) {
      return true;
    }
    Networks.Network network = Networks.of(fresh.node.at().address());
    return among.stream().filter(e -> Networks.of(e.node.at().address()).equals(network)).count()
        < MOST_OF_NETWORK;
  }

  private void add(List<Entry> to, Entry entry) {
    to.add(entry);
    known.put(entry.node.at(), entry);
    perAddress.merge(entry.node.at().address(), 1, Integer::sum);
    perNetwork.merge(Networks.of(entry.node.at().address()), 1, Integer::sum);
  }

  private void remove(Entry entry) {
    Bucket bucket = bucket(entry.node.id());
    bucket.entries.remove(entry);
    bucket.spares.remove(entry);
    known.remove(entry.node.at());
    countDown(perAddress, entry.node.at().address());
    countDown(perNetwork, Networks.of(entry.node.at().address()));
  }

  private static <K> void countDown(Map<K, Integer> counts, K key) {
    counts.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
  }

  /** A node left a question unanswered. */
  void failed(Endpoint at) {
    Entry entry = known.get(at);
    if (entry == null) {
      return;
    }
    entry.failures++;
    Bucket bucket = bucket(entry.node.id());
    if (bucket.spares.contains(entry)) {
      remove(entry);
      return;
    }
    Optional<Entry> spare =
        bucket.spares.reversed().stream()
            .filter(e -> isWelcome(without(bucket.entries, entry), e))
            .findFirst();
    if (spare.isPresent() && entry.failures > 1) {
      remove(entry);
      bucket.spares.remove(spare.get());
      bucket.entries.add(spare.get());
    } else if (entry.failures >= MOST_FAILURES) {
      remove(entry);
    }
  }

  private static List<Entry> without(List<Entry> all, Entry one) {
    return all.stream().filter(e -> !e.equals(one)).toList();
  }

  /** Whether one more with this id could be of use, if it answered. */
  boolean wants(DhtNode node) {
    return !known.containsKey(node.at())
        && !node.id().equals(self)
        && !isCrowded(node.at())
        && bucket(node.id()).entries.size() < BUCKET;
  }

  /** Those nearest to a place that answered lately, nearest first: fit to be named to others. */
  List<DhtNode> good(NodeId target, int most) {
    return known.values().stream()
        .filter(entry -> entry.failures == 0)
        .map(entry -> entry.node)
        .sorted((a, b) -> target.nearer(a.id(), b.id()))
        .limit(most)
        .toList();
  }

  /** The same, and where they are too few those that did not answer lately. */
  List<DhtNode> nearest(NodeId target, int most) {
    List<DhtNode> good = good(target, most);
    Stream<DhtNode> doubtful =
        known.values().stream()
            .filter(entry -> entry.failures > 0)
            .map(entry -> entry.node)
            .sorted((a, b) -> target.nearer(a.id(), b.id()));
    return Stream.concat(good.stream(), doubtful).limit(most).toList();
  }

  /** All of them. */
  List<DhtNode> nodes() {
    return known.values().stream().map(entry -> entry.node).toList();
  }

  int size() {
    return known.size();
  }

  /** Who has not answered for longest, if that is long or it is in doubt; it counts as asked. */
  Optional<DhtNode> stale(long now) {
    Entry stalest = null;
    for (Entry entry : known.values()) {
      if (entry.isStale(now) && (stalest == null || entry.repliedAt < stalest.repliedAt)) {
        stalest = entry;
      }
    }
    if (stalest == null) {
      return Optional.empty();
    }
    stalest.checkedAt = now;
    return Optional.of(stalest.node);
  }

  /** A place in a bucket in which nothing was looked up for long; it counts as looked up. */
  Optional<Integer> untouched(long now) {
    int last = 0;
    for (int i = 0; i < buckets.length; i++) {
      last = buckets[i].entries.isEmpty() ? last : i;
    }
    for (int i = 0; i <= Math.min(last + 1, NodeId.BITS - 1); i++) {
      if (now - buckets[i].touchedAt > FRESH_NANOS) {
        buckets[i].touchedAt = now;
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Something near to this place was looked up. */
  void touch(NodeId target, long now) {
    bucket(target).touchedAt = now;
  }
}
