package dev.skep.protocol.peerwire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skep.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an agent says to its local network by multicast: which torrents it has, and where it listens
 * (BEP 14).
 *
 * @param port TCP port, 1 to 65535
 * @param infoHashes 1 to {@link #MOST_HASHES}
 * @param cookie by which the sender knows its own; at most {@link #MOST_COOKIE} characters
 */
public record LocalAnnounce(int port, List<InfoHash> infoHashes, Optional<String> cookie) {
  /** The longest datagram that is sent or read. */
  public static final int MOST_BYTES = 1400;

  /** So many fit into a datagram, with everything else. */
  public static final int MOST_HASHES = 20;

  public static final int MOST_COOKIE = 100;

  private static final String FIRST_LINE = "BT-SEARCH * HTTP/1.1";

  /**
   * Refuses what cannot be said.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LocalAnnounce {
    infoHashes = List.copyOf(infoHashes);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port);
    }
    if (infoHashes.isEmpty() || infoHashes.size() > MOST_HASHES) {
      throw new IllegalArgumentException(infoHashes.size() + " info-hashes");
    }
    if (cookie.isPresent() && cookie.get().length() > MOST_COOKIE) {
      throw new IllegalArgumentException("a cookie of " + cookie.get().length() + " characters");
    }
  }

  /**
   * Reads a datagram. Headers that nobody here knows are skipped, as are info-hashes that are none.
   *
   * @throws ProtocolException if it says nothing of a torrent
   */
  public static LocalAnnounce decode(byte[] datagram) throws ProtocolException {
    if (datagram.length > MOST_BYTES) {
      throw new ProtocolException("a local announce of " + datagram.length + " bytes");
    }
    String[] lines = new String(datagram, ISO_8859_1).split("\r?\n", -1);
    if (!lines[0].strip().toUpperCase(Locale.ROOT).startsWith("BT-SEARCH * HTTP/1.")) {
      throw new ProtocolException("no local announce: it does not begin with BT-SEARCH");
    }
    int port = 0;
    List<InfoHash> hashes = new ArrayList<>();
    Optional<String> cookie = Optional.empty();
    for (String line : lines) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
        case "port" -> port = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : 0;
        case "infohash" -> add(value, hashes);
        case "cookie" -> cookie = Optional.of(value).filter(c -> c.length() <= MOST_COOKIE);
        default -> {}
      }
    }
    if (port < 1 || port > 65_535 || hashes.isEmpty()) {
      throw new ProtocolException(
          "a local announce of port " + port + " and " + hashes.size() + " info-hashes");
    }
    return new LocalAnnounce(port, hashes, cookie);
  }

  private static void add(String hex, List<InfoHash> hashes) {
    if (hashes.size() < MOST_HASHES && hex.matches("[0-9a-fA-F]{40}")) {
      InfoHash hash = InfoHash.fromHex(hex);
      if (!hashes.contains(hash)) {
        hashes.add(hash);
      }
    }
  }

  /**
   * The datagram.
   *
   * @param host the group and port that it is sent to, as in a URL
   */
  public byte[] encode(String host) {
    StringBuilder text = new StringBuilder(FIRST_LINE).append("\r\n");
    text.append("Host: ").append(host).append("\r\n");
    text.append("Port: ").append(port).append("\r\n");
    infoHashes.forEach(hash -> text.append("Infohash: ").append(hash.hex()).append("\r\n"));
    cookie.ifPresent(own -> text.append("cookie: ").append(own).append("\r\n"));
    return text.append("\r\n\r\n").toString().getBytes(ISO_8859_1);
  }
}
