package dev.skep.protocol.tracker;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.bencode.DecodeOptions;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a tracker answers to an announce over HTTP (BEP 3, 7, 23, 24, 31), for both sides. */
public final class HttpAnnounceReply {
  /** Most peers that a client takes from one reply. */
  public static final int MAX_PEERS = 5_000;

  /** Most peers by host name that a client takes from one reply. */
  public static final int MAX_NAMED_PEERS = 20;

  private static final int MAX_HOST_CHARACTERS = 253;

  private static final DecodeOptions LIMITS = DecodeOptions.LENIENT.limitedTo(1 << 20, 50_000);

  private static final byte[] COMPLETE = BencodeOut.key("complete");
  private static final byte[] DOWNLOADED = BencodeOut.key("downloaded");
  private static final byte[] EXTERNAL_IP = BencodeOut.key("external ip");
  private static final byte[] FAILURE_REASON = BencodeOut.key("failure reason");
  private static final byte[] INCOMPLETE = BencodeOut.key("incomplete");
  private static final byte[] INTERVAL = BencodeOut.key("interval");
  private static final byte[] IP = BencodeOut.key("ip");
  private static final byte[] MIN_INTERVAL = BencodeOut.key("min interval");
  private static final byte[] PEERS = BencodeOut.key("peers");
  private static final byte[] PEERS6 = BencodeOut.key("peers6");
  private static final byte[] PEER_ID = BencodeOut.key("peer id");
  private static final byte[] PORT = BencodeOut.key("port");
  private static final byte[] RETRY_IN = BencodeOut.key("retry in");
  private static final byte[] TRACKER_ID = BencodeOut.key("tracker id");
  private static final byte[] WARNING = BencodeOut.key("warning message");

  /** One of these is in every reply. */
  private static final List<String> ESSENTIAL = List.of("interval", "peers", "peers6");

  private HttpAnnounceReply() {}

  /**
   * The client reads a reply. What is wrong in it is left out, as long as something is good.
   *
   * @throws TrackerProtocolException if it is no reply
   */
  public static TrackerReply parse(byte[] body) throws TrackerProtocolException {
    BDictionary reply = dictionary(body);
    Optional<TrackerReply.Failure> failure = failure(reply);
    if (failure.isPresent()) {
      return failure.get();
    }
    if (ESSENTIAL.stream().allMatch(key -> reply.get(key).isEmpty())) {
      throw new TrackerProtocolException("the tracker's reply has neither an interval nor peers");
    }
    Map<Endpoint, PeerId> peerIds = new HashMap<>();
    List<AnnounceResponse.NamedPeer> named = new ArrayList<>();
    return new AnnounceResponse(
        seconds(reply, "interval"),
        seconds(reply, "min interval"),
        count(reply, "complete"),
        count(reply, "incomplete"),
        count(reply, "downloaded"),
        peers(reply, peerIds, named),
        peerIds,
        reply.string("warning message").map(BString::text),
        reply.string("tracker id"),
        reply.string("external ip").flatMap(Addresses::packed),
        named);
  }

  /** The failure in the body of an answer that says by its status that something is wrong. */
  public static Optional<TrackerReply.Failure> failure(byte[] body) {
    try {
      return failure(dictionary(body));
    } catch (TrackerProtocolException e) {
      return Optional.empty(); // a page for people
    }
  }

  private static Optional<TrackerReply.Failure> failure(BDictionary reply) {
    return reply
        .string("failure reason")
        .map(reason -> new TrackerReply.Failure(reason.text(), retryIn(reply)));
  }

  static BDictionary dictionary(byte[] body) throws TrackerProtocolException {
    try {
      if (Bencode.decode(body, LIMITS) instanceof BDictionary dictionary) {
        return dictionary;
      }
    } catch (BencodeException e) {
      throw new TrackerProtocolException("the tracker's reply is not bencoded: " + e.getMessage());
    }
    throw new TrackerProtocolException("the tracker's reply is no dictionary");
  }

  static Optional<Duration> retryIn(BDictionary reply) {
    Optional<BValue> value = reply.get("retry in");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String text = value.get() instanceof BString s ? s.text() : "";
    if (text.equals("never")) {
      return Optional.of(TrackerReply.NEVER);
    }
    long minutes = value.get() instanceof BInteger(long n) ? n : -1;
    if (text.matches("\\d{1,10}")) {
      minutes = Long.parseLong(text);
    }
    return minutes < 0 || minutes > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofMinutes(minutes));
  }

  /** Also as text, as some trackers write it; zero for what is no time. */
  private static Duration seconds(BDictionary in, String key) {
    long seconds = in.integer(key).orElse(0);
    String text = in.string(key).map(BString::text).orElse("");
    if (text.matches("\\d{1,10}")) {
      seconds = Long.parseLong(text);
    }
    return Duration.ofSeconds(Math.clamp(seconds, 0, Integer.MAX_VALUE));
  }

  static int count(BDictionary in, String key) {
    return Math.clamp(in.integer(key).orElse(-1), -1, Integer.MAX_VALUE);
  }

  private static List<Endpoint> peers(
      BDictionary reply, Map<Endpoint, PeerId> ids, List<AnnounceResponse.NamedPeer> named) {
    List<Endpoint> peers = new ArrayList<>();
    BValue ipv4 = reply.get("peers").orElse(BString.of(""));
    if (ipv4 instanceof BString packed) {
      peers.addAll(CompactPeers.decodeWhole(packed, CompactPeers.IPV4_BYTES, MAX_PEERS));
    } else if (ipv4 instanceof BList list) {
      for (BValue peer : list) {
        if (peer instanceof BDictionary d && peers.size() < MAX_PEERS) {
          peer(d, peers, ids, named);
        }
      }
    }
    reply
        .string("peers6")
        .ifPresent(
            packed ->
                peers.addAll(CompactPeers.decodeWhole(packed, CompactPeers.IPV6_BYTES, MAX_PEERS)));
    return peers;
  }

  private static void peer(
      BDictionary peer,
      List<Endpoint> peers,
      Map<Endpoint, PeerId> ids,
      List<AnnounceResponse.NamedPeer> named) {
    int port = Math.clamp(peer.integer("port").orElse(0), 0, 65_536);
    String host = peer.string("ip").map(BString::text).orElse("");
    if (port < 1 || port > 65_535 || host.isEmpty()) {
      return;
    }
    Optional<InetAddress> address = Addresses.literal(host);
    if (address.isEmpty()) {
      if (host.length() <= MAX_HOST_CHARACTERS && named.size() < MAX_NAMED_PEERS) {
        named.add(new AnnounceResponse.NamedPeer(host, port));
      }
      return;
    }
    Endpoint at = new Endpoint(address.get(), port);
    peers.add(at);
    peer.string("peer id")
        .filter(id -> id.length() == PeerId.BYTES)
        .ifPresent(id -> ids.put(at, PeerId.of(id.toBytes())));
  }

  /**
   * The server writes a reply, with compact peers or with one dictionary each, which tells ids too.
   *
   * @throws java.nio.BufferOverflowException if the buffer is too small
   */
  public static void encode(TrackerReply reply, boolean compact, ByteBuffer out) {
    switch (reply) {
      case TrackerReply.Failure f -> encodeFailure(f, out);
      case AnnounceResponse r -> encodeResponse(r, compact, out);
    }
  }

  private static void encodeFailure(TrackerReply.Failure failure, ByteBuffer out) {
    out.put((byte) 'd').put(FAILURE_REASON);
    BencodeOut.string(failure.reason(), out);
    failure
        .retryIn()
        .ifPresent(
            in -> {
              out.put(RETRY_IN);
              boolean never = in.equals(TrackerReply.NEVER);
              BencodeOut.string(never ? "never" : Long.toString(in.toMinutes()), out);
            });
    out.put((byte) 'e');
  }

  private static void encodeResponse(AnnounceResponse r, boolean compact, ByteBuffer out) {
    out.put((byte) 'd');
    count(COMPLETE, r.seeders(), out);
    count(DOWNLOADED, r.completed(), out);
    r.externalAddress().ifPresent(a -> BencodeOut.string(a.getAddress(), out.put(EXTERNAL_IP)));
    count(INCOMPLETE, r.leechers(), out);
    BencodeOut.integer(r.interval().toSeconds(), out.put(INTERVAL));
    if (r.minInterval().isPositive()) {
      BencodeOut.integer(r.minInterval().toSeconds(), out.put(MIN_INTERVAL));
    }
    if (compact) {
      compactPeers(PEERS, r.peers(), true, out);
      compactPeers(PEERS6, r.peers(), false, out);
    } else {
      dictionaryPeers(r, out);
    }
    r.trackerId().ifPresent(id -> BencodeOut.string(id.toBytes(), out.put(TRACKER_ID)));
    r.warning().ifPresent(w -> BencodeOut.string(w, out.put(WARNING)));
    out.put((byte) 'e');
  }

  private static void count(byte[] key, int count, ByteBuffer out) {
    if (count >= 0) {
      BencodeOut.integer(count, out.put(key));
    }
  }

  private static void compactPeers(byte[] key, List<Endpoint> peers, boolean ipv4, ByteBuffer out) {
    int bytes = 0;
    for (Endpoint peer : peers) {
      bytes += peer.isIpv4() == ipv4 ? CompactPeers.length(peer) : 0;
    }
    if (bytes > 0 || ipv4) { // clients expect "peers" even when there are none
      BencodeOut.stringHeader(bytes, out.put(key));
      for (Endpoint peer : peers) {
        if (peer.isIpv4() == ipv4) {
          CompactPeers.write(peer, out);
        }
      }
    }
  }

  private static void dictionaryPeers(AnnounceResponse r, ByteBuffer out) {
    out.put(PEERS).put((byte) 'l');
    for (Endpoint peer : r.peers()) {
      BencodeOut.string(peer.address().getHostAddress(), out.put((byte) 'd').put(IP));
      if (r.peerIds().containsKey(peer)) {
        BencodeOut.string(r.peerIds().get(peer).toBytes(), out.put(PEER_ID));
      }
      BencodeOut.integer(peer.port(), out.put(PORT));
      out.put((byte) 'e');
    }
    out.put((byte) 'e');
  }

  /**
   * The hot path of a server: writes the usual reply with peers that are packed already, and takes
   * no memory.
   *
   * @param intervalSeconds 0 or more
   * @param minIntervalSeconds 0 leaves it out
   * @param peers4 holds IPv4 peers from index 0 on
   * @param length4 how many bytes of it count
   * @param peers6 the same for IPv6; left out when there are none
   * @throws java.nio.BufferOverflowException if the buffer has not {@code 150 + length4 + length6}
   *     bytes left
   */
  public static void encodeCompact(
      ByteBuffer out,
      int intervalSeconds,
      int minIntervalSeconds,
      int seeders,
      int completed,
      int leechers,
      byte[] peers4,
      int length4,
      byte[] peers6,
      int length6) {
    out.put((byte) 'd');
    BencodeOut.integer(seeders, out.put(COMPLETE));
    BencodeOut.integer(completed, out.put(DOWNLOADED));
    BencodeOut.integer(leechers, out.put(INCOMPLETE));
    BencodeOut.integer(intervalSeconds, out.put(INTERVAL));
    if (minIntervalSeconds > 0) {
      BencodeOut.integer(minIntervalSeconds, out.put(MIN_INTERVAL));
    }
    BencodeOut.stringHeader(length4, out.put(PEERS));
    out.put(peers4, 0, length4);
    if (length6 > 0) {
      BencodeOut.stringHeader(length6, out.put(PEERS6));
      out.put(peers6, 0, length6);
    }
    out.put((byte) 'e');
  }
}
