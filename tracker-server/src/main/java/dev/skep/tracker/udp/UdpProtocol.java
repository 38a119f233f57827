package dev.skep.tracker.udp;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.Outcome;
import dev.skep.tracker.announce.Passkeys;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.Handout;
import dev.skep.tracker.swarm.SwarmCounts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The UDP tracker protocol (BEP 15, URL data of BEP 41): one datagram in, at most one out. Reads
 * and writes in place at fixed offsets, since this is where most announces of a big tracker come
 * in.
 *
 * <p>Whoever has no valid connection id has not shown that its address is its own. It gets a
 * connection id, which is no longer than what it sent, or nothing.
 *
 * <p>One per thread.
 */
public final class UdpProtocol {
  /** Longest datagram that is read; longer ones are cut, and what is cut off is ignored. */
  static final int LONGEST_REQUEST_BYTES = 2048;

  /** Fits one Ethernet frame over IPv4. */
  public static final int LONGEST_ANSWER_BYTES = 1472;

  private static final int LONGEST_IPV6_ANSWER_BYTES = 1232; // the least MTU of IPv6, less headers
  private static final long MAGIC = 0x417_2710_1980L;
  private static final int CONNECT = 0;
  private static final int ANNOUNCE = 1;
  private static final int SCRAPE = 2;
  private static final int ERROR = 3;

  private static final int HEADER_BYTES = 16;
  private static final int ANNOUNCE_BYTES = 98;
  private static final int ANNOUNCE_ANSWER_BYTES = 20;
  private static final int MOST_SCRAPED = 74;
  private static final int URL_DATA = 2;

  private final AnnounceService service;
  private final TrackerCounters counters;
  private final ConnectionIds connectionIds;
  private final Announce announce = new Announce();

  /** Answers by {@code service}, to those who hold one of {@code connectionIds}. */
  public UdpProtocol(AnnounceService service, ConnectionIds connectionIds) {
    this.service = service;
    this.counters = service.counters();
    this.connectionIds = connectionIds;
  }

  /**
   * Answers one datagram.
   *
   * @param in the datagram, from position 0 to its limit
   * @param out takes the answer, from position 0; at least {@link #LONGEST_ANSWER_BYTES} long
   * @param nanos the monotonic time
   * @return the length of the answer in bytes; 0 for no answer
   */
  public int answer(ByteBuffer in, long addressHigh, long addressLow, ByteBuffer out, long nanos) {
    if (in.limit() < HEADER_BYTES) {
      return ignored();
    }
    long now = TimeUnit.NANOSECONDS.toSeconds(nanos);
    long id = in.getLong(0);
    int action = in.getInt(8);
    out.putInt(0, action).putInt(4, in.getInt(12));
    if (id == MAGIC && action == CONNECT) {
      counters.udpConnects().increment();
      out.putLong(8, connectionIds.issue(addressHigh, addressLow, now));
      return HEADER_BYTES;
    }
    if (!connectionIds.accepts(id, addressHigh, addressLow, now)) {
      return ignored();
    }
    return switch (action) {
      case ANNOUNCE -> announce(in, addressHigh, addressLow, out);
      case SCRAPE -> scrape(in, new IpAddress(addressHigh, addressLow), out);
      default -> error("unknown action", out);
    };
  }

  private int ignored() {
    counters.udpIgnored().increment();
    return 0;
  }

  private int announce(ByteBuffer in, long addressHigh, long addressLow, ByteBuffer out) {
    if (in.limit() < ANNOUNCE_BYTES) {
      return error("announce is too short", out);
    }
    announce.addressHigh = addressHigh;
    announce.addressLow = addressLow;
    read(in);
    if (announce.port == 0 && announce.event != AnnounceEvent.STOPPED) {
      return error("port must not be 0", out);
    }
    return switch (service.announce(announce, passkey(in))) {
      case Outcome.Refused refused -> error(refused.reason(), out);
      case Outcome.Answered answered -> {
        counters.udpAnnounces().increment();
        out.putInt(8, answered.intervalSeconds());
        out.putInt(12, announce.leechers).putInt(16, announce.seeders);
        yield ANNOUNCE_ANSWER_BYTES + peers(out);
      }
    };
  }

  private void read(ByteBuffer in) {
    announce.infoHashHigh = in.getLong(16);
    announce.infoHashMiddle = in.getLong(24);
    announce.infoHashLow = in.getInt(32);
    announce.peerIdHigh = in.getLong(36);
    announce.peerIdMiddle = in.getLong(44);
    announce.peerIdLow = in.getInt(52);
    announce.downloadedBytes = in.getLong(56);
    announce.leftBytes = in.getLong(64);
    announce.uploadedBytes = in.getLong(72);
    announce.event =
        switch (in.getInt(80)) {
          case 1 -> AnnounceEvent.COMPLETED;
          case 2 -> AnnounceEvent.STARTED;
          case 3 -> AnnounceEvent.STOPPED;
          case 4 -> AnnounceEvent.PAUSED;
          default -> AnnounceEvent.NONE;
        };
    announce.numwant = in.getInt(92);
    announce.port = Short.toUnsignedInt(in.getShort(96));
  }

  private int peers(ByteBuffer out) {
    boolean ipv4 = announce.fromIpv4();
    Handout peers = ipv4 ? announce.ipv4 : announce.ipv6;
    int longest = ipv4 ? LONGEST_ANSWER_BYTES : LONGEST_IPV6_ANSWER_BYTES;
    int fit = (longest - ANNOUNCE_ANSWER_BYTES) / peers.strideBytes();
    int bytes = Math.min(fit, peers.count()) * peers.strideBytes();
    out.put(ANNOUNCE_ANSWER_BYTES, peers.compact(), 0, bytes);
    return bytes;
  }

  private int scrape(ByteBuffer in, IpAddress from, ByteBuffer out) {
    int torrents = Math.min(MOST_SCRAPED, (in.limit() - HEADER_BYTES) / InfoHash.BYTES);
    if (torrents == 0) {
      return error("scrape names no torrent", out);
    }
    counters.udpScrapes().increment();
    int end = 8;
    for (int i = 0; i < torrents; i++) {
      int at = HEADER_BYTES + i * InfoHash.BYTES;
      InfoHash infoHash = new InfoHash(in.getLong(at), in.getLong(at + 8), in.getInt(at + 16));
      SwarmCounts counts = service.scrape(infoHash, "", from);
      out.putInt(end, counts.seeders());
      out.putInt(end + 4, counts.completed()).putInt(end + 8, counts.leechers());
      end += 12;
    }
    return end;
  }

  private int error(String message, ByteBuffer out) {
    counters.udpErrors().increment();
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int bytes = Math.min(text.length, LONGEST_IPV6_ANSWER_BYTES - 8);
    out.putInt(0, ERROR).put(8, text, 0, bytes);
    return 8 + bytes;
  }

  /** The passkey in the URL data behind an announce (BEP 41); empty if there is none. */
  private static String passkey(ByteBuffer in) {
    if (in.limit() == ANNOUNCE_BYTES) {
      return "";
    }
    byte[] url = new byte[in.limit() - ANNOUNCE_BYTES];
    int length = 0;
    for (int at = ANNOUNCE_BYTES; at < in.limit() && in.get(at) != 0; ) {
      int option = in.get(at++);
      if (option == 1 || at == in.limit()) {
        continue; // 1 is padding; every other option has a length
      }
      int bytes = Math.min(Byte.toUnsignedInt(in.get(at++)), in.limit() - at);
      if (option == URL_DATA) {
        in.get(at, url, length, bytes);
        length += bytes;
      }
      at += bytes;
    }
    return Passkeys.in(new String(url, 0, length, StandardCharsets.UTF_8));
  }
}
