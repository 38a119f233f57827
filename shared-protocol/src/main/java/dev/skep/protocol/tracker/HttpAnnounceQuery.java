package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an announce over HTTP asks: the query of its URL (BEP 3, 7, 21), for both sides. */
public final class HttpAnnounceQuery {
  private static final int MAX_TRACKER_ID_BYTES = 200;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private HttpAnnounceQuery() {}

  /** The client's query, without a leading question mark. */
  public static String format(AnnounceRequest r) {
    StringBuilder query = new StringBuilder(300).append("info_hash=");
    percentEncode(r.infoHash().toBytes(), query);
    query.append("&peer_id=");
    percentEncode(r.peerId().toBytes(), query);
    query
        .append("&port=")
        .append(r.port())
        .append("&uploaded=")
        .append(r.uploadedBytes())
        .append("&downloaded=")
        .append(r.downloadedBytes());
    if (r.leftBytes() >= 0) {
      query.append("&left=").append(r.leftBytes());
    }
    if (r.event() != AnnounceEvent.NONE) {
      query.append("&event=").append(r.event().name().toLowerCase(Locale.ROOT));
    }
    if (r.numwant() >= 0) {
      query.append("&numwant=").append(r.numwant());
    }
    if (r.key() != 0) {
      query.append("&key=").append(HEX.toHexDigits(r.key()));
    }
    query.append("&compact=").append(r.compact() ? 1 : 0);
    if (r.noPeerId()) {
      query.append("&no_peer_id=1");
    }
    r.trackerId().ifPresent(id -> percentEncode(id.toBytes(), query.append("&trackerid=")));
    for (InetAddress stated : r.statedAddresses()) {
      query.append("&ip=").append(stated.getHostAddress());
    }
    return query.toString();
  }

  static void percentEncode(byte[] bytes, StringBuilder out) {
    for (byte b : bytes) {
      if ((b >= '0' && b <= '9')
          || (b >= 'A' && b <= 'Z')
          || (b >= 'a' && b <= 'z')
          || b == '-'
          || b == '.'
          || b == '_'
          || b == '~') {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
      }
    }
  }

  /**
   * The server's side of {@link #format}: reads a raw query, not decoded by anyone.
   *
   * @throws TrackerProtocolException if a parameter is missing or malformed; the message is a
   *     failure reason
   */
  public static AnnounceRequest parse(String rawQuery) throws TrackerProtocolException {
    return read(Query.of(rawQuery));
  }

  /**
   * The same from bytes as they came, from an index to before another.
   *
   * @throws TrackerProtocolException if a parameter is missing or malformed; the message is a
   *     failure reason
   */
  public static AnnounceRequest parse(byte[] rawQuery, int from, int to)
      throws TrackerProtocolException {
    return read(new Query(rawQuery, from, to));
  }

  private static AnnounceRequest read(Query q) throws TrackerProtocolException {
    InfoHash infoHash = null;
    PeerId peerId = null;
    boolean hasPort = false;
    long port = 0;
    long uploaded = 0;
    long downloaded = 0;
    long left = AnnounceRequest.UNKNOWN;
    AnnounceEvent event = AnnounceEvent.NONE;
    long numwant = AnnounceRequest.UNKNOWN;
    int key = 0;
    boolean compact = true;
    boolean noPeerId = false;
    Optional<BString> trackerId = Optional.empty();
    List<InetAddress> stated = List.of();
    while (q.next()) {
      if (q.is("info_hash")) {
        if (infoHash != null) {
          throw new TrackerProtocolException("more than one info_hash");
        }
        infoHash = q.infoHash();
      } else if (q.is("peer_id")) {
        peerId = q.peerId();
      } else if (q.is("port")) {
        hasPort = true;
        port = q.number("port");
      } else if (q.is("uploaded")) {
        uploaded = Math.max(0, q.number("uploaded"));
      } else if (q.is("downloaded")) {
        downloaded = Math.max(0, q.number("downloaded"));
      } else if (q.is("left")) {
        left = q.number("left");
      } else if (q.is("event")) {
        event = event(q);
      } else if (q.is("numwant")) {
        // Some clients name it and leave the choice to the tracker.
        numwant =
            q.isEmpty()
                ? AnnounceRequest.UNKNOWN
                : Math.min(Integer.MAX_VALUE, q.number("numwant"));
      } else if (q.is("key")) {
        key = q.key();
      } else if (q.is("compact")) {
        compact = !q.valueIs("0");
      } else if (q.is("no_peer_id")) {
        noPeerId = !q.valueIs("0");
      } else if (q.is("trackerid")) {
        trackerId = Optional.of(q.bytes(MAX_TRACKER_ID_BYTES));
      } else if (q.is("ip") || q.is("ipv4") || q.is("ipv6")) {
        stated = withAddress(stated, q);
      }
    }
    if (infoHash == null) {
      throw new TrackerProtocolException("info_hash is missing");
    }
    if (peerId == null) {
      throw new TrackerProtocolException("peer_id is missing");
    }
    if (!hasPort) {
      throw new TrackerProtocolException("port is missing");
    }
    if (port < 0 || port > 65535) {
      String there = port < 0 ? "negative" : Long.toString(port);
      throw new TrackerProtocolException("port is " + there + ", not within 0 to 65535");
    }
    return new AnnounceRequest(
        infoHash,
        peerId,
        (int) port,
        uploaded,
        downloaded,
        left,
        event,
        (int) numwant,
        key,
        compact,
        noPeerId,
        trackerId,
        stated);
  }

  private static AnnounceEvent event(Query q) {
    if (q.valueIs("started")) {
      return AnnounceEvent.STARTED;
    }
    if (q.valueIs("completed")) {
      return AnnounceEvent.COMPLETED;
    }
    if (q.valueIs("stopped")) {
      return AnnounceEvent.STOPPED;
    }
    return q.valueIs("paused") ? AnnounceEvent.PAUSED : AnnounceEvent.NONE;
  }

  private static List<InetAddress> withAddress(List<InetAddress> stated, Query q)
      throws TrackerProtocolException {
    Optional<InetAddress> address = q.address();
    if (address.isEmpty() || stated.size() == 4) {
      return stated;
    }
    List<InetAddress> more = new ArrayList<>(stated);
    more.add(address.get());
    return more;
  }
}
