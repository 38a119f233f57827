package dev.skep.protocol.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.dht.Krpc.Ask;
import dev.skep.protocol.dht.Krpc.Want;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.tracker.CompactPeers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@link Krpc} as bytes and back. */
public final class KrpcCodec {
  private static final int MOST_TRANSACTION_BYTES = 32;
  private static final int MOST_TOKEN_BYTES = 64;
  private static final int MOST_NODES = 16;
  private static final int MOST_PEERS = 200;
  private static final int MOST_TEXT = 100;
  private static final int MOST_SAMPLES = 60;
  private static final long MOST_INTERVAL_SECONDS = 21_600;
  private static final BString NO_SALT = BString.of("");

  /** Read leniently, since what is in the wild is; a datagram bounds how many values it has. */
  private static final DecodeOptions OPTIONS = DecodeOptions.LENIENT;

  private KrpcCodec() {}

  // ---- Reading

  /**
   * Reads a datagram.
   *
   * @throws ProtocolException if it is none of the DHT
   */
  public static Krpc decode(byte[] datagram) throws ProtocolException {
    BDictionary all = dictionary(datagram);
    BString transaction = all.string("t").orElseThrow(() -> wrong("no transaction"));
    if (transaction.length() > MOST_TRANSACTION_BYTES) {
      throw wrong("a transaction of " + transaction.length() + " bytes");
    }
    return switch (all.string("y").map(BString::text).orElse("")) {
      case "q" -> query(transaction, all);
      case "r" -> reply(transaction, all);
      case "e" -> failure(transaction, all);
      default -> throw wrong("neither question nor answer");
    };
  }

  private static BDictionary dictionary(byte[] datagram) throws ProtocolException {
    try {
      if (Bencode.decode(datagram, OPTIONS) instanceof BDictionary all) {
        return all;
      }
    } catch (BencodeException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    throw wrong("no dictionary");
  }

  private static ProtocolException wrong(String what) {
    return new ProtocolException("not of the DHT: " + what);
  }

  private static Krpc query(BString transaction, BDictionary all) throws ProtocolException {
    BDictionary said = all.dictionary("a").orElseThrow(() -> wrong("a question without arguments"));
    String method = all.string("q").map(BString::text).orElse("");
    boolean readOnly = all.integer("ro").orElse(0) == 1;
    return new Krpc.Query(transaction, id(said, "id"), readOnly, ask(method, said));
  }

  private static Ask ask(String method, BDictionary said) throws ProtocolException {
    return switch (method) {
      case "ping" -> new Krpc.Ping();
      case "find_node" -> new Krpc.FindNode(id(said, "target"), want(said));
      case "get_peers" ->
          new Krpc.GetPeers(hash(said), said.integer("scrape").orElse(0) == 1, want(said));
      case "sample_infohashes" -> new Krpc.Sample(id(said, "target"), want(said));
      case "announce_peer" -> {
        boolean implied = said.integer("implied_port").orElse(0) != 0;
        OptionalLong port = said.integer("port");
        BString token = said.string("token").orElseThrow(() -> wrong("an announce without token"));
        if (!implied && (port.orElse(0) < 1 || port.orElse(0) > 65_535)) {
          throw wrong("an announce without a port");
        }
        if (token.length() > MOST_TOKEN_BYTES) {
          throw wrong("a token of " + token.length() + " bytes");
        }
        yield new Krpc.Announce(
            hash(said),
            implied ? 0 : (int) port.orElse(0),
            said.integer("seed").orElse(0) == 1,
            token);
      }
      case "get" -> new Krpc.GetItem(id(said, "target"), want(said));
      case "put" ->
          new Krpc.PutItem(
              item(said).orElseThrow(() -> wrong("a put of nothing")),
              said.integer("cas"),
              said.string("token").orElseThrow(() -> wrong("a put without token")));
      default -> new Krpc.Unknown(method.substring(0, Math.min(method.length(), MOST_TEXT)));
    };
  }

  /** By default the family that the datagram came by: neither is said. */
  private static Want want(BDictionary said) {
    boolean ipv4 = false;
    boolean ipv6 = false;
    Optional<BList> wants = said.list("want");
    if (wants.isPresent()) {
      for (BValue each : wants.get()) {
        ipv4 |= each instanceof BString s && s.text().equals("n4");
        ipv6 |= each instanceof BString s && s.text().equals("n6");
      }
    }
    return new Want(ipv4, ipv6);
  }

  private static NodeId id(BDictionary from, String key) throws ProtocolException {
    BString id = from.string(key).orElseThrow(() -> wrong("no " + key));
    if (id.length() != NodeId.BYTES) {
      throw wrong(key + " of " + id.length() + " bytes");
    }
    return NodeId.of(id.toBytes());
  }

  /** What is signed has a key, and all that belongs to it. */
  private static Optional<DhtItem> item(BDictionary from) throws ProtocolException {
    Optional<BValue> value = from.get("v");
    Optional<BString> key = from.string("k");
    if (value.isEmpty() || key.isEmpty()) {
      return value.map(DhtItem.Immutable::new);
    }
    return Optional.of(
        new DhtItem.Mutable(
            key.get(),
            from.string("salt").orElse(NO_SALT),
            from.integer("seq").orElseThrow(() -> wrong("a signed item without seq")),
            value.get(),
            from.string("sig").orElseThrow(() -> wrong("a signed item without sig"))));
  }

  private static InfoHash hash(BDictionary from) throws ProtocolException {
    NodeId id = id(from, "info_hash");
    return new InfoHash(id.high(), id.middle(), id.low());
  }

  private static Krpc reply(BString transaction, BDictionary all) throws ProtocolException {
    BDictionary said = all.dictionary("r").orElseThrow(() -> wrong("an answer without values"));
    List<DhtNode> nodes = new ArrayList<>();
    nodes(said.string("nodes"), CompactPeers.IPV4_BYTES, nodes);
    nodes(said.string("nodes6"), CompactPeers.IPV6_BYTES, nodes);
    Optional<BString> token = said.string("token").filter(t -> t.length() <= MOST_TOKEN_BYTES);
    return new Krpc.Reply(
        transaction,
        id(said, "id"),
        nodes,
        peers(said),
        token,
        more(said),
        endpoint(all.string("ip")));
  }

  private static Krpc.More more(BDictionary said) throws ProtocolException {
    Optional<DhtItem> item = item(said);
    if (item.isPresent()) {
      return new Krpc.Item(item.get());
    }
    Optional<BString> samples = said.string("samples");
    if (samples.isPresent()) {
      return samples(said, samples.get());
    }
    Optional<PeerFilter> seeds = filter(said, "BFsd");
    Optional<PeerFilter> peers = filter(said, "BFpe");
    return seeds.isPresent() && peers.isPresent()
        ? new Krpc.Counts(seeds.get(), peers.get())
        : Krpc.NOTHING;
  }

  private static Optional<PeerFilter> filter(BDictionary said, String key) {
    return said.string(key).filter(bytes -> bytes.length() == PeerFilter.BYTES).map(PeerFilter::of);
  }

  private static Krpc.Samples samples(BDictionary said, BString packed) {
    List<InfoHash> some = new ArrayList<>();
    ByteBuffer in = packed.asBuffer();
    while (in.remaining() >= InfoHash.BYTES && some.size() < MOST_SAMPLES) {
      some.add(InfoHash.read(in));
    }
    long interval = Math.clamp(said.integer("interval").orElse(0), 0, MOST_INTERVAL_SECONDS);
    return new Krpc.Samples(interval, Math.max(0, said.integer("num").orElse(0)), some);
  }

  /** Whole ones; what is behind them is left alone, and so is who cannot be reached. */
  private static void nodes(Optional<BString> packed, int stride, List<DhtNode> into) {
    if (packed.isEmpty()) {
      return;
    }
    ByteBuffer in = packed.get().asBuffer();
    for (int i = 0; i < MOST_NODES && in.remaining() >= NodeId.BYTES + stride; i++) {
      byte[] id = new byte[NodeId.BYTES];
      in.get(id);
      Endpoint at = CompactPeers.read(in, stride);
      if (at.port() != 0 && at.isIpv4() == (stride == CompactPeers.IPV4_BYTES)) {
        into.add(new DhtNode(NodeId.of(id), at));
      }
    }
  }

  private static List<Endpoint> peers(BDictionary said) {
    List<Endpoint> peers = new ArrayList<>();
    Optional<BList> values = said.list("values");
    if (values.isPresent()) {
      for (BValue each : values.get()) {
        if (each instanceof BString packed && peers.size() < MOST_PEERS) {
          endpoint(Optional.of(packed)).filter(at -> at.port() != 0).ifPresent(peers::add);
        }
      }
    }
    return peers;
  }

  private static Optional<Endpoint> endpoint(Optional<BString> packed) {
    return packed
        .filter(p -> p.length() == CompactPeers.IPV4_BYTES || p.length() == CompactPeers.IPV6_BYTES)
        .map(p -> CompactPeers.read(p.asBuffer(), p.length()));
  }

  private static Krpc failure(BString transaction, BDictionary all) {
    BList said = all.list("e").orElse(BList.of(List.of()));
    long code = said.size() > 0 && said.get(0) instanceof BInteger(long n) ? n : 0;
    String text = said.size() > 1 && said.get(1) instanceof BString s ? s.text() : "";
    return new Krpc.Failure(
        transaction, code, text.substring(0, Math.min(text.length(), MOST_TEXT)));
  }

  // ---- Writing

  /** The datagram. */
  public static byte[] encode(Krpc message) {
    BDictionary.Builder all = BDictionary.builder().put("t", message.transaction());
    switch (message) {
      case Krpc.Query query -> encode(query, all);
      case Krpc.Reply reply -> encode(reply, all);
      case Krpc.Failure failure ->
          all.put("y", "e")
              .put(
                  "e", BList.of(List.of(new BInteger(failure.code()), BString.of(failure.text()))));
    }
    return all.build().rawBytes();
  }

  private static void encode(Krpc.Query query, BDictionary.Builder all) {
    BDictionary.Builder said = BDictionary.builder().put("id", query.sender().bytes());
    String method =
        switch (query.ask()) {
          case Krpc.Ping _ -> "ping";
          case Krpc.FindNode(NodeId target, Want want) -> {
            said.put("target", target.bytes());
            put(want, said);
            yield "find_node";
          }
          case Krpc.GetPeers(InfoHash about, boolean count, Want want) -> {
            said.put("info_hash", about.toBytes());
            if (count) {
              said.put("scrape", 1);
            }
            put(want, said);
            yield "get_peers";
          }
          case Krpc.Sample(NodeId target, Want want) -> {
            said.put("target", target.bytes());
            put(want, said);
            yield "sample_infohashes";
          }
          case Krpc.Announce(InfoHash about, int port, boolean seed, BString token) -> {
            said.put("info_hash", about.toBytes()).put("token", token);
            if (seed) {
              said.put("seed", 1);
            }
            said.put("implied_port", port == 0 ? 1 : 0).put("port", port == 0 ? 1 : port);
            yield "announce_peer";
          }
          case Krpc.GetItem(NodeId target, Want want) -> {
            said.put("target", target.bytes());
            put(want, said);
            yield "get";
          }
          case Krpc.PutItem(DhtItem item, OptionalLong expected, BString token) -> {
            put(item, said);
            expected.ifPresent(sequence -> said.put("cas", sequence));
            said.put("token", token);
            yield "put";
          }
          case Krpc.Unknown(String other) -> other;
        };
    all.put("y", "q").put("q", method).put("a", said.build());
    if (query.readOnly()) {
      all.put("ro", 1);
    }
  }

  private static void put(DhtItem item, BDictionary.Builder said) {
    said.put("v", item.value());
    if (item instanceof DhtItem.Mutable signed) {
      said.put("k", signed.key()).put("seq", signed.sequence()).put("sig", signed.signature());
      if (signed.salt().length() > 0) {
        said.put("salt", signed.salt());
      }
    }
  }

  private static void put(Want want, BDictionary.Builder said) {
    List<BValue> all = new ArrayList<>();
    if (want.ipv4()) {
      all.add(BString.of("n4"));
    }
    if (want.ipv6()) {
      all.add(BString.of("n6"));
    }
    if (!all.isEmpty()) {
      said.put("want", BList.of(all));
    }
  }

  private static void encode(Krpc.Reply reply, BDictionary.Builder all) {
    BDictionary.Builder said = BDictionary.builder().put("id", reply.sender().bytes());
    putNodes("nodes", true, reply, said);
    putNodes("nodes6", false, reply, said);
    if (!reply.peers().isEmpty()) {
      List<BValue> peers = new ArrayList<>();
      reply.peers().forEach(at -> peers.add(BString.of(CompactPeers.encode(List.of(at)))));
      said.put("values", BList.of(peers));
    }
    reply.token().ifPresent(token -> said.put("token", token));
    switch (reply.more()) {
      case Krpc.Nothing _ -> {}
      case Krpc.Item(DhtItem item) -> put(item, said);
      case Krpc.Counts(PeerFilter seeds, PeerFilter others) ->
          said.put("BFsd", seeds.bytes()).put("BFpe", others.bytes());
      case Krpc.Samples(long interval, long torrents, List<InfoHash> some) -> {
        ByteBuffer packed = ByteBuffer.allocate(some.size() * InfoHash.BYTES);
        some.forEach(each -> each.write(packed));
        said.put("interval", interval).put("num", torrents).put("samples", packed.array());
      }
    }
    reply.seenAt().ifPresent(at -> all.put("ip", BString.of(CompactPeers.encode(List.of(at)))));
    all.put("y", "r").put("r", said.build());
  }

  private static void putNodes(
      String key, boolean ipv4, Krpc.Reply reply, BDictionary.Builder said) {
    List<DhtNode> some = reply.nodes().stream().filter(n -> n.at().isIpv4() == ipv4).toList();
    if (some.isEmpty()) {
      return;
    }
    ByteBuffer out =
        ByteBuffer.allocate(
            some.size()
                * (NodeId.BYTES + (ipv4 ? CompactPeers.IPV4_BYTES : CompactPeers.IPV6_BYTES)));
    for (DhtNode node : some) {
      out.put(node.id().bytes());
      CompactPeers.write(node.at(), out);
    }
    said.put(key, out.array());
  }
}
