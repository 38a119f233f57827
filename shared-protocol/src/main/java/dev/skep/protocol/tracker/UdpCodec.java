package dev.skep.protocol.tracker;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Datagrams of the UDP tracker protocol (BEP 15, 41) to values and back, for both sides. Buffers
 * must be in big-endian order, as new ones are. Offsets are public for a server that reads its
 * datagrams in place.
 */
public final class UdpCodec {
  /** First eight bytes of a connect request. */
  public static final long PROTOCOL_ID = 0x41727101980L;

  public static final int ACTION_CONNECT = 0;
  public static final int ACTION_ANNOUNCE = 1;
  public static final int ACTION_SCRAPE = 2;
  public static final int ACTION_ERROR = 3;

  /** Connection id, action, transaction id: what every request begins with. */
  public static final int REQUEST_HEADER_BYTES = 16;

  public static final int ANNOUNCE_REQUEST_BYTES = 98;
  public static final int ANNOUNCE_INFO_HASH = 16;
  public static final int ANNOUNCE_PEER_ID = 36;
  public static final int ANNOUNCE_DOWNLOADED = 56;
  public static final int ANNOUNCE_LEFT = 64;
  public static final int ANNOUNCE_UPLOADED = 72;
  public static final int ANNOUNCE_EVENT = 80;
  public static final int ANNOUNCE_IP = 84;
  public static final int ANNOUNCE_KEY = 88;
  public static final int ANNOUNCE_NUMWANT = 92;
  public static final int ANNOUNCE_PORT = 96;

  /** What stands before the peers of an announce reply. */
  public static final int ANNOUNCE_REPLY_HEADER_BYTES = 20;

  /** Most info-hashes of one scrape. */
  public static final int MAX_SCRAPE = 74;

  /** Most bytes of BEP 41 URL data that are read or written. */
  public static final int MAX_URL_DATA_BYTES = 1024;

  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_URL_DATA = 2;
  private static final int MAX_ERROR_BYTES = 1024;

  private UdpCodec() {}

  // The client's side: requests out, replies in.

  /** Writes a connect request. */
  public static void encodeConnect(int transactionId, ByteBuffer out) {
    out.putLong(PROTOCOL_ID).putInt(ACTION_CONNECT).putInt(transactionId);
  }

  /**
   * Writes an announce. The address of {@code statedAddresses} that is IPv4 goes along.
   *
   * @param urlData path and query of the tracker's URL (BEP 41); empty writes none
   * @throws IllegalArgumentException if the URL data is longer than {@link #MAX_URL_DATA_BYTES}
   */
  public static void encodeAnnounce(
      long connectionId, int transactionId, AnnounceRequest r, String urlData, ByteBuffer out) {
    out.putLong(connectionId).putInt(ACTION_ANNOUNCE).putInt(transactionId);
    r.infoHash().write(out);
    r.peerId().write(out);
    out.putLong(r.downloadedBytes())
        .putLong(r.leftBytes() < 0 ? Long.MAX_VALUE : r.leftBytes())
        .putLong(r.uploadedBytes())
        .putInt(eventNumber(r.event()))
        .putInt(statedIpv4(r))
        .putInt(r.key())
        .putInt(r.numwant())
        .putShort((short) r.port());
    encodeUrlData(urlData.getBytes(StandardCharsets.UTF_8), out);
  }

  private static int statedIpv4(AnnounceRequest r) {
    for (InetAddress stated : r.statedAddresses()) {
      if (stated instanceof Inet4Address v4) {
        return ByteBuffer.wrap(v4.getAddress()).getInt();
      }
    }
    return 0;
  }

  private static void encodeUrlData(byte[] data, ByteBuffer out) {
    if (data.length > MAX_URL_DATA_BYTES) {
      throw new IllegalArgumentException(
          "the tracker's URL is longer than " + MAX_URL_DATA_BYTES + " bytes");
    }
    for (int from = 0; from < data.length; from += 255) {
      int length = Math.min(255, data.length - from);
      out.put((byte) OPTION_URL_DATA).put((byte) length).put(data, from, length);
    }
  }

  /**
   * Writes a scrape.
   *
   * @throws IllegalArgumentException if it is for none or more than {@link #MAX_SCRAPE}
   */
  public static void encodeScrape(
      long connectionId, int transactionId, List<InfoHash> infoHashes, ByteBuffer out) {
    if (infoHashes.isEmpty() || infoHashes.size() > MAX_SCRAPE) {
      throw new IllegalArgumentException("a scrape of " + infoHashes.size() + " info-hashes");
    }
    out.putLong(connectionId).putInt(ACTION_SCRAPE).putInt(transactionId);
    infoHashes.forEach(hash -> hash.write(out));
  }

  /**
   * Reads a reply: all that remains in the buffer. An announce reply without interval and counts is
   * how opentracker refuses a torrent.
   *
   * @param ipv6 whether it came over IPv6, whose peers are longer
   * @throws TrackerProtocolException if it is malformed
   */
  public static UdpReply decodeReply(ByteBuffer in, boolean ipv6) throws TrackerProtocolException {
    need(in, 8, "reply");
    int action = in.getInt();
    int transactionId = in.getInt();
    return switch (action) {
      case ACTION_CONNECT -> {
        need(in, 8, "connect reply");
        yield new UdpReply.Connected(transactionId, in.getLong());
      }
      case ACTION_ANNOUNCE ->
          in.hasRemaining()
              ? new UdpReply.Announced(transactionId, announced(in, ipv6))
              : new UdpReply.Refused(transactionId, "");
      case ACTION_SCRAPE -> new UdpReply.Scraped(transactionId, counts(in));
      case ACTION_ERROR -> new UdpReply.Refused(transactionId, message(in));
      default -> throw new TrackerProtocolException("the tracker answered with action " + action);
    };
  }

  private static AnnounceResponse announced(ByteBuffer in, boolean ipv6)
      throws TrackerProtocolException {
    need(in, 12, "announce reply");
    int interval = Math.max(0, in.getInt());
    int leechers = Math.max(0, in.getInt());
    int seeders = Math.max(0, in.getInt());
    int stride = ipv6 ? CompactPeers.IPV6_BYTES : CompactPeers.IPV4_BYTES;
    // A later protocol may add bytes: what is no whole peer is left alone.
    ByteBuffer whole = in.slice(in.position(), in.remaining() - in.remaining() % stride);
    return AnnounceResponse.of(
        Duration.ofSeconds(interval),
        seeders,
        leechers,
        CompactPeers.decode(whole, stride, HttpAnnounceReply.MAX_PEERS));
  }

  private static List<UdpReply.Counts> counts(ByteBuffer in) {
    List<UdpReply.Counts> counts = new ArrayList<>();
    while (in.remaining() >= 12 && counts.size() < MAX_SCRAPE) {
      counts.add(
          new UdpReply.Counts(
              Math.max(0, in.getInt()), Math.max(0, in.getInt()), Math.max(0, in.getInt())));
    }
    return counts;
  }

  private static String message(ByteBuffer in) {
    byte[] text = new byte[Math.min(MAX_ERROR_BYTES, in.remaining())];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  // The server's side: requests in, replies out.

  /**
   * Reads a request: all that remains in the buffer. The connection id is the caller's to check.
   *
   * @throws TrackerProtocolException if it is malformed
   */
  public static UdpRequest decodeRequest(ByteBuffer in) throws TrackerProtocolException {
    need(in, REQUEST_HEADER_BYTES, "request");
    long connectionId = in.getLong();
    int action = in.getInt();
    int transactionId = in.getInt();
    return switch (action) {
      case ACTION_CONNECT -> {
        if (connectionId != PROTOCOL_ID) {
          throw new TrackerProtocolException("a connect request without the protocol's number");
        }
        yield new UdpRequest.Connect(transactionId);
      }
      case ACTION_ANNOUNCE -> {
        AnnounceRequest request = announce(in);
        yield new UdpRequest.Announce(connectionId, transactionId, request, urlData(in));
      }
      case ACTION_SCRAPE -> new UdpRequest.Scrape(connectionId, transactionId, infoHashes(in));
      default -> throw new TrackerProtocolException("unknown action " + action);
    };
  }

  private static AnnounceRequest announce(ByteBuffer in) throws TrackerProtocolException {
    need(in, ANNOUNCE_REQUEST_BYTES - REQUEST_HEADER_BYTES, "announce");
    InfoHash infoHash = InfoHash.read(in);
    PeerId peerId = PeerId.read(in);
    long downloaded = in.getLong();
    long left = in.getLong();
    long uploaded = in.getLong();
    AnnounceEvent event = event(in.getInt());
    int ip = in.getInt();
    int key = in.getInt();
    int numwant = in.getInt();
    int port = in.getShort() & 0xffff;
    return new AnnounceRequest(
        infoHash,
        peerId,
        port,
        Math.max(0, uploaded),
        Math.max(0, downloaded),
        left < 0 || left == Long.MAX_VALUE ? AnnounceRequest.UNKNOWN : left,
        event,
        Math.max(AnnounceRequest.UNKNOWN, numwant),
        key,
        true,
        true,
        Optional.empty(),
        ip == 0 ? List.of() : List.of(ipv4(ip)));
  }

  private static InetAddress ipv4(int ip) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(ip).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are an address", e);
    }
  }

  /** BEP 15's number of an event, and of PAUSED (BEP 21) the one that clients have agreed on. */
  static int eventNumber(AnnounceEvent event) {
    return switch (event) {
      case NONE -> 0;
      case COMPLETED -> 1;
      case STARTED -> 2;
      case STOPPED -> 3;
      case PAUSED -> 4;
    };
  }

  /** The event of a number in an announce; an unknown number counts as none. */
  public static AnnounceEvent event(int number) {
    return switch (number) {
      case 1 -> AnnounceEvent.COMPLETED;
      case 2 -> AnnounceEvent.STARTED;
      case 3 -> AnnounceEvent.STOPPED;
      case 4 -> AnnounceEvent.PAUSED;
      default -> AnnounceEvent.NONE;
    };
  }

  /**
   * Path and query of the tracker's URL among the options that remain in the buffer (BEP 41); empty
   * if there is none.
   */
  public static String urlData(ByteBuffer in) throws TrackerProtocolException {
    byte[] data = {};
    while (in.hasRemaining()) {
      int option = in.get() & 0xff;
      if (option == OPTION_END) {
        break;
      }
      if (option == OPTION_NOP) {
        continue;
      }
      int length = in.hasRemaining() ? in.get() & 0xff : 0;
      need(in, length, "option");
      if (option != OPTION_URL_DATA) {
        in.position(in.position() + length);
        continue;
      }
      if (data.length + length > MAX_URL_DATA_BYTES) {
        throw new TrackerProtocolException("URL data is longer than " + MAX_URL_DATA_BYTES);
      }
      byte[] more = java.util.Arrays.copyOf(data, data.length + length);
      in.get(more, data.length, length);
      data = more;
    }
    return data.length == 0 ? "" : new String(data, StandardCharsets.UTF_8);
  }

  private static List<InfoHash> infoHashes(ByteBuffer in) throws TrackerProtocolException {
    need(in, InfoHash.BYTES, "scrape");
    List<InfoHash> hashes = new ArrayList<>();
    while (in.remaining() >= InfoHash.BYTES && hashes.size() < MAX_SCRAPE) {
      hashes.add(InfoHash.read(in));
    }
    return hashes;
  }

  private static void need(ByteBuffer in, int bytes, String what) throws TrackerProtocolException {
    if (in.remaining() < bytes) {
      throw new TrackerProtocolException("a UDP " + what + " is too short");
    }
  }

  /** Writes a connect reply. */
  public static void encodeConnectReply(int transactionId, long connectionId, ByteBuffer out) {
    out.putInt(ACTION_CONNECT).putInt(transactionId).putLong(connectionId);
  }

  /**
   * Writes what stands before the peers of an announce reply: 20 bytes; the caller appends packed
   * peers.
   */
  public static void encodeAnnounceReplyHeader(
      int transactionId, int intervalSeconds, int leechers, int seeders, ByteBuffer out) {
    out.putInt(ACTION_ANNOUNCE)
        .putInt(transactionId)
        .putInt(intervalSeconds)
        .putInt(leechers)
        .putInt(seeders);
  }

  /** Writes an announce reply with those peers that are of the family of the request. */
  public static void encodeAnnounceReply(
      int transactionId, AnnounceResponse r, boolean ipv6, ByteBuffer out) {
    encodeAnnounceReplyHeader(
        transactionId,
        Math.clamp(r.interval().toSeconds(), 0, Integer.MAX_VALUE),
        Math.max(0, r.leechers()),
        Math.max(0, r.seeders()),
        out);
    for (Endpoint peer : r.peers()) {
      if (peer.isIpv4() != ipv6) {
        CompactPeers.write(peer, out);
      }
    }
  }

  /**
   * Writes what stands before the counts of a scrape reply: 8 bytes; {@link #encodeCounts} for each
   * torrent follows.
   */
  public static void encodeScrapeReplyHeader(int transactionId, ByteBuffer out) {
    out.putInt(ACTION_SCRAPE).putInt(transactionId);
  }

  /** Writes one torrent's counts of a scrape reply: 12 bytes. */
  public static void encodeCounts(int seeders, int completed, int leechers, ByteBuffer out) {
    out.putInt(seeders).putInt(completed).putInt(leechers);
  }

  /** Writes an error. */
  public static void encodeError(int transactionId, String message, ByteBuffer out) {
    out.putInt(ACTION_ERROR).putInt(transactionId).put(message.getBytes(StandardCharsets.UTF_8));
  }
}
