package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import dev.skep.protocol.dht.PeerFilter;
import dev.skep.protocol.tracker.CompactPeers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What this node tells whoever asks, and what it keeps of what they say. */
final class Answers {
  private static final int WRONG = 203;
  private static final int NO_ROOM = 202;
  private static final int UNKNOWN_METHOD = 204;

  /** What an answer takes beside its nodes and peers, at most. */
  private static final int FRAME_BYTES = 200;

  private static final int BYTES_AROUND_PEER = 3;

  /** Key, signature and number of an item. */
  private static final int ITEM_FRAME_BYTES = 150;

  private static final int COUNTS_BYTES = 2 * (PeerFilter.BYTES + 10);
  private static final int SAMPLES_BYTES = Krpc.Samples.MOST * InfoHash.BYTES + 60;

  private final Map<Boolean, Family> families;
  private final Dht.Outside outside;
  private final Tokens tokens;
  private final PeerStore peers;
  private final ItemStore items = new ItemStore();
  private final Pace pace = new Pace();

  /**
   * Knows no peers.
   *
   * @param families by whether they are of IPv4
   */
  Answers(Map<Boolean, Family> families, Dht.Outside outside, RandomGenerator random, long now) {
    this.families = families;
    this.outside = outside;
    tokens = new Tokens(random, now);
    peers = new PeerStore(random);
  }

  PeerStore peers() {
    return peers;
  }

  ItemStore items() {
    return items;
  }

  /** Forgets some of what is old. */
  void expire(int atMost, long now) {
    peers.expire(atMost, now);
    items.expire(atMost, now);
  }

  /** Empty for who asks too much. */
  Optional<Krpc> to(Endpoint from, Krpc.Query query, Family family, long now) {
    return pace.allows(from, now)
        ? Optional.of(answer(from, query, family, now))
        : Optional.empty();
  }

  private Krpc answer(Endpoint from, Krpc.Query query, Family family, long now) {
    return switch (query.ask()) {
      case Krpc.Ping _ -> reply(from, query, family, List.of());
      case Krpc.FindNode(NodeId target, Krpc.Want want) ->
          reply(from, query, family, near(target, want, from));
      case Krpc.GetPeers(InfoHash about, boolean count, Krpc.Want want) -> {
        List<DhtNode> near = near(NodeId.of(about), want, from);
        Optional<Krpc.Counts> counts = count ? peers.counts(about, from, now) : Optional.empty();
        int taken = counts.isPresent() ? COUNTS_BYTES : 0;
        cut(near, Krpc.MOST_SENT_BYTES - FRAME_BYTES - taken);
        List<Endpoint> found =
            peers.peers(about, from.isIpv4(), room(near, taken, from), now).stream()
                .filter(peer -> Networks.mayTell(from, peer))
                .toList();
        Optional<BString> token = Optional.of(tokens.of(from.address(), now));
        Krpc.More more = counts.isPresent() ? counts.get() : Krpc.NOTHING;
        yield reply(from, query, family, near, found, token, more);
      }
      case Krpc.Sample(NodeId target, Krpc.Want want) -> {
        List<DhtNode> near = near(target, want, from);
        cut(near, Krpc.MOST_SENT_BYTES - FRAME_BYTES - SAMPLES_BYTES);
        yield reply(from, query, family, near, List.of(), Optional.empty(), peers.samples(from));
      }
      case Krpc.Announce announce -> keep(from, query, announce, family, now);
      case Krpc.GetItem(NodeId target, Krpc.Want want) ->
          give(from, query, target, want, family, now);
      case Krpc.PutItem put -> keep(from, query, put, family, now);
      case Krpc.Unknown(String method) ->
          new Krpc.Failure(query.transaction(), UNKNOWN_METHOD, "unknown method " + method);
    };
  }

  private Krpc keep(
      Endpoint from, Krpc.Query query, Krpc.Announce announce, Family family, long now) {
    if (!tokens.isOf(from.address(), announce.token(), now)) {
      return new Krpc.Failure(query.transaction(), WRONG, "wrong token");
    }
    int port = announce.port() == 0 ? from.port() : announce.port();
    Endpoint peer = new Endpoint(from.address(), port);
    if (!peers.add(announce.about(), peer, announce.seed(), now)) {
      return new Krpc.Failure(query.transaction(), NO_ROOM, "no room");
    }
    outside.announced(announce.about(), peer);
    return reply(from, query, family, List.of());
  }

  private Krpc give(
      Endpoint from, Krpc.Query query, NodeId target, Krpc.Want want, Family family, long now) {
    Optional<DhtItem> item = items.get(target, now);
    List<DhtNode> near = near(target, want, from);
    int most = item.isPresent() ? Krpc.MOST_SENT_WITH_ITEM_BYTES : Krpc.MOST_SENT_BYTES;
    int left = most - FRAME_BYTES - ITEM_FRAME_BYTES;
    left -= item.map(kept -> kept.value().rawLength()).orElse(0);
    cut(near, left);
    Krpc.More more = item.isPresent() ? new Krpc.Item(withoutSalt(item.get())) : Krpc.NOTHING;
    Optional<BString> token = Optional.of(tokens.of(from.address(), now));
    return reply(from, query, family, near, List.of(), token, more);
  }

  private static void cut(List<DhtNode> nodes, int mostBytes) {
    while (bytes(nodes) > mostBytes) {
      nodes.removeLast();
    }
  }

  private static DhtItem withoutSalt(DhtItem item) {
    return item instanceof DhtItem.Mutable signed ? signed.withSalt(BString.of("")) : item;
  }

  private Krpc keep(Endpoint from, Krpc.Query query, Krpc.PutItem put, Family family, long now) {
    if (!tokens.isOf(from.address(), put.token(), now)) {
      return new Krpc.Failure(query.transaction(), WRONG, "wrong token");
    }
    Optional<ItemStore.Refusal> refusal = items.put(put.item(), put.expected(), from, now);
    return refusal.isPresent()
        ? new Krpc.Failure(query.transaction(), refusal.get().code(), refusal.get().text())
        : reply(from, query, family, List.of());
  }

  private static Krpc reply(Endpoint from, Krpc.Query query, Family family, List<DhtNode> near) {
    return reply(from, query, family, near, List.of(), Optional.empty(), Krpc.NOTHING);
  }

  private static Krpc reply(
      Endpoint from,
      Krpc.Query query,
      Family family,
      List<DhtNode> near,
      List<Endpoint> found,
      Optional<BString> token,
      Krpc.More more) {
    return new Krpc.Reply(
        query.transaction(), family.self(), near, found, token, more, Optional.of(from));
  }

  private List<DhtNode> near(NodeId target, Krpc.Want want, Endpoint asker) {
    List<DhtNode> all = new ArrayList<>();
    boolean says = want.ipv4() || want.ipv6();
    for (boolean ipv4 : List.of(true, false)) {
      boolean wanted = says ? (ipv4 ? want.ipv4() : want.ipv6()) : ipv4 == asker.isIpv4();
      Family family = families.get(ipv4);
      if (wanted && family != null) {
        all.addAll(family.table().good(target, Lookup.NEAREST));
      }
    }
    all.removeIf(
        node -> !Networks.mayTell(asker, node.at())); // nobody outside hears of our network
    return all;
  }

  /** How many peers fit beside the nodes into what may be sent (BEP 32). */
  private static int room(List<DhtNode> near, int taken, Endpoint asker) {
    int left = Krpc.MOST_SENT_BYTES - FRAME_BYTES - taken - bytes(near);
    return Math.max(0, left / (CompactPeers.length(asker) + BYTES_AROUND_PEER));
  }

  private static int bytes(List<DhtNode> nodes) {
    int bytes = 0;
    for (DhtNode node : nodes) {
      bytes += NodeId.BYTES + CompactPeers.length(node.at());
    }
    return bytes;
  }
}
