package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.InfoHashV2;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A magnet link (BEP 9, 53): enough to find the peers that have the metainfo. At least one of the
 * hashes is present.
 *
 * @param infoHashV1 {@code xt=urn:btih:}
 * @param infoHashV2 {@code xt=urn:btmh:}
 * @param name for display ({@code dn}); not checked, no path
 * @param trackers announce URLs ({@code tr})
 * @param peers {@code host:port} of peers to begin with ({@code x.pe})
 * @param webSeeds where the files can be had over HTTP ({@code ws})
 * @param selected which files are wanted ({@code so}); all if empty
 */
public record Magnet(
    Optional<InfoHash> infoHashV1,
    Optional<InfoHashV2> infoHashV2,
    Optional<String> name,
    List<String> trackers,
    List<String> peers,
    List<String> webSeeds,
    List<FileRange> selected) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String SCHEME = "magnet:?";
  private static final String STREAM_SCHEME = "stream-magnet:?"; // the same, to be played at once
  private static final String BTIH = "urn:btih:";
  private static final String BTMH = "urn:btmh:";

  /** Multihash of a SHA-256: its code and its length. */
  private static final String SHA256_TAG = "1220";

  private static final Pattern TRACKER = form("(https?|udp|wss?)://[^/\\s?#].*");
  private static final Pattern WEB_SEED = form("(https?|ftp)://[^/\\s?#].*");
  private static final Pattern PEER =
      form(
          "(\\[[0-9a-f:.%]+\\]|[^\\s:/\\[\\]]+):"
              + "([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5])");

  private static Pattern form(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  private static final int MAX_CHARACTERS = 64 * 1024;
  private static final int MAX_ITEMS = 1_000;

  /**
   * Files by index, both ends included.
   *
   * @param first 0 or more
   * @param last no less than the first
   */
  public record FileRange(int first, int last) {
    public FileRange {
      if (first < 0 || last < first) {
        throw new IllegalArgumentException("files " + first + " to " + last);
      }
    }
  }

  /**
   * Refuses a link without a hash.
   *
   * @throws IllegalArgumentException if both hashes are absent
   */
  public Magnet {
    if (infoHashV1.isEmpty() && infoHashV2.isEmpty()) {
      throw new IllegalArgumentException("a magnet link needs an info-hash");
    }
    trackers = List.copyOf(trackers);
    peers = List.copyOf(peers);
    webSeeds = List.copyOf(webSeeds);
    selected = List.copyOf(selected);
  }

  /** A link with a hash alone. */
  public static Magnet of(InfoHash infoHash) {
    return new Magnet(
        Optional.of(infoHash),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /**
   * What announces and handshakes carry: the v1 hash if there is one, else the first 20 bytes of
   * the v2 hash.
   */
  public InfoHash infoHash() {
    return infoHashV1.orElseGet(() -> infoHashV2.orElseThrow().truncated());
  }

  /** Whether a file is wanted. */
  public boolean selects(int fileIndex) {
    return selected.isEmpty()
        || selected.stream().anyMatch(r -> r.first() <= fileIndex && fileIndex <= r.last());
  }

  /**
   * Reads a link. Parameters that nobody here knows are skipped.
   *
   * @throws MetainfoException if it is none, or has no info-hash
   */
  public static Magnet parse(String link) throws MetainfoException {
    String scheme = startsWith(link, STREAM_SCHEME) ? STREAM_SCHEME : SCHEME;
    if (link.length() > MAX_CHARACTERS || !startsWith(link, scheme)) {
      throw new MetainfoException("not a magnet link: it does not begin with \"magnet:?\"");
    }
    Optional<InfoHash> v1 = Optional.empty();
    Optional<InfoHashV2> v2 = Optional.empty();
    Optional<String> name = Optional.empty();
    List<String> trackers = new ArrayList<>();
    List<String> peers = new ArrayList<>();
    List<String> webSeeds = new ArrayList<>();
    List<FileRange> selected = new ArrayList<>();
    // Links copied out of HTML often still have its form of the ampersand.
    for (String parameter : link.substring(scheme.length()).replace("&amp;", "&").split("&", -1)) {
      int equals = parameter.indexOf('=');
      String value = parameter.substring(equals + 1);
      switch (equals < 0 ? "" : key(parameter.substring(0, equals))) {
        case "xt" -> {
          String topic = decoded(value, false);
          if (startsWith(topic, BTIH)) {
            v1 = Optional.of(btih(topic.substring(BTIH.length())));
          } else if (startsWith(topic, BTMH)) {
            v2 = Optional.of(btmh(topic.substring(BTMH.length())));
          }
        }
        case "dn" -> name = Optional.of(decoded(value, true)).filter(n -> !n.isEmpty());
        case "tr" -> addIf(TRACKER, trackers, decoded(value, false));
        case "x.pe" -> addIf(PEER, peers, decoded(value, false));
        case "ws" -> addIf(WEB_SEED, webSeeds, decoded(value, false));
        case "so" -> selection(decoded(value, false), selected);
        default -> {}
      }
    }
    if (v1.isEmpty() && v2.isEmpty()) {
      throw new MetainfoException("the magnet link has no info-hash (xt=urn:btih:… or urn:btmh:…)");
    }
    return new Magnet(v1, v2, name, trackers, peers, webSeeds, selected);
  }

  /** {@code tr.1} is {@code tr}: some number what stands more than once. */
  private static String key(String key) {
    int dot = key.lastIndexOf('.');
    boolean numbered =
        dot > 0 && dot < key.length() - 1 && Character.isDigit(key.charAt(key.length() - 1));
    return (numbered ? key.substring(0, dot) : key).toLowerCase(Locale.ROOT);
  }

  private static boolean startsWith(String text, String prefix) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /** What is none is dropped: the link leads to the torrent without it. */
  private static void addIf(Pattern form, List<String> to, String value) {
    if (form.matcher(value).matches() && to.size() < MAX_ITEMS && !to.contains(value)) {
      to.add(value);
    }
  }

  private static InfoHash btih(String text) throws MetainfoException {
    try {
      return text.length() == 32 ? InfoHash.of(base32(text)) : InfoHash.fromHex(text);
    } catch (IllegalArgumentException e) {
      throw new MetainfoException(
          "the magnet link's info-hash is neither 40 hexadecimal nor 32 base32 digits", e);
    }
  }

  private static InfoHashV2 btmh(String text) throws MetainfoException {
    try {
      if (text.startsWith(SHA256_TAG)) {
        return InfoHashV2.fromHex(text.substring(SHA256_TAG.length()));
      }
    } catch (IllegalArgumentException e) {
      throw new MetainfoException("the magnet link's v2 info-hash has not 64 digits", e);
    }
    throw new MetainfoException("the magnet link's v2 info-hash is no SHA-256");
  }

  /** 32 characters to 20 bytes (RFC 4648). */
  private static byte[] base32(String text) {
    byte[] bytes = new byte[InfoHash.BYTES];
    long bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(Character.toUpperCase(text.charAt(i)));
      if (digit < 0) {
        throw new IllegalArgumentException("no base32 digit: " + text.charAt(i));
      }
      bits = bits << 5 | digit;
      if (i % 8 == 7) { // eight digits are five bytes
        for (int j = 0; j < 5; j++) {
          bytes[i / 8 * 5 + j] = (byte) (bits >>> (32 - 8 * j));
        }
        bits = 0;
      }
    }
    return bytes;
  }

  /** {@code 0,2,4-6}; what makes no sense is skipped. */
  private static void selection(String text, List<FileRange> into) {
    for (String item : text.split(",", -1)) {
      if (into.size() < MAX_ITEMS && item.matches("\\d{1,9}(-\\d{1,9})?")) {
        int dash = item.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? item : item.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(item.substring(dash + 1));
        if (first <= last) {
          into.add(new FileRange(first, last));
        }
      }
    }
  }

  private static String decoded(String value, boolean plusIsSpace) throws MetainfoException {
    if (value.indexOf('%') < 0) {
      return plusIsSpace ? value.replace('+', ' ') : value;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%') {
        int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
        int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw new MetainfoException("the magnet link has a malformed percent-encoding");
        }
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(plusIsSpace && bytes[i] == '+' ? ' ' : bytes[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The link; {@link #parse} reads it back. */
  @Override
  public String toString() {
    StringBuilder link = new StringBuilder(SCHEME);
    infoHashV1.ifPresent(h -> link.append("&xt=").append(BTIH).append(h.hex()));
    infoHashV2.ifPresent(h -> link.append("&xt=").append(BTMH).append(SHA256_TAG).append(h.hex()));
    name.ifPresent(n -> encode(n, link.append("&dn=")));
    trackers.forEach(t -> encode(t, link.append("&tr=")));
    webSeeds.forEach(w -> encode(w, link.append("&ws=")));
    peers.forEach(p -> encode(p, link.append("&x.pe=")));
    if (!selected.isEmpty()) {
      link.append("&so=")
          .append(
              String.join(
                  ",",
                  selected.stream()
                      .map(r -> r.first() == r.last() ? "" + r.first() : r.first() + "-" + r.last())
                      .toList()));
    }
    return link.deleteCharAt(SCHEME.length()).toString();
  }

  private static void encode(String text, StringBuilder out) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      // A colon may stand in a query as it is, and a peer's port reads better so.
      if ("-._~:".indexOf(b) >= 0 || (b > 0 && Character.isLetterOrDigit(b))) {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
      }
    }
  }
}
