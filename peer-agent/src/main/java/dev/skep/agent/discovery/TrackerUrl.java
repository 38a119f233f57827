package dev.skep.agent.discovery;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * An announce URL, taken apart here since {@link URI} refuses what people have: hosts with
 * underscores or letters beyond ASCII, queries with spaces and bars.
 *
 * @param credentials user and password as the URL has them; told to the tracker and shown to nobody
 * @param host a name in ASCII, or an address without brackets
 * @param port 1 to 65535
 * @param target path and query with everything escaped that has to be; empty if there is neither
 * @param shown the URL for people, without credentials
 */
public record TrackerUrl(
    Scheme scheme,
    Optional<String> credentials,
    String host,
    int port,
    String target,
    String shown) {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNESCAPED = "-._~!$&'()*+,;=:@/?";

  /** How it is asked. */
  public enum Scheme {
    HTTP(80),
    HTTPS(443),
    UDP(0);

    private final int port;

    Scheme(int port) {
      this.port = port;
    }
  }

  /** A reason why a text is no tracker's URL. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String why) {
      super(why);
    }
  }

  /**
   * Reads a URL.
   *
   * @throws TrackerException with the reason, if no tracker can be asked by it
   */
  static TrackerUrl parse(String text) throws TrackerException {
    try {
      return read(text.strip());
    } catch (Unusable e) {
      throw new TrackerException("cannot ask tracker " + masked(text) + ": " + e.getMessage());
    }
  }

  /** Why no tracker can be asked by this text; empty if one can. */
  public static Optional<String> problem(String text) {
    try {
      read(text.strip());
      return Optional.empty();
    } catch (Unusable e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** A URL for people, without credentials, whether it can be read or not. */
  static String shown(String text) {
    try {
      return parse(text).shown();
    } catch (TrackerException e) {
      return masked(text);
    }
  }

  private static TrackerUrl read(String text) throws Unusable {
    int colon = text.indexOf("://");
    Scheme scheme = scheme(text.substring(0, Math.max(0, colon)));
    String rest = before(text.substring(colon + 3), '#');
    int end = firstOf(rest, "/?");
    String authority = rest.substring(0, end);
    int at = authority.lastIndexOf('@');
    String hostAndPort = authority.substring(at + 1);
    int portAt = hostAndPort.lastIndexOf(':');
    if (portAt < hostAndPort.lastIndexOf(']')) {
      portAt = -1;
    }
    int port = port(scheme, portAt < 0 ? "" : hostAndPort.substring(portAt + 1));
    String host = host(portAt < 0 ? hostAndPort : hostAndPort.substring(0, portAt));
    return new TrackerUrl(
        scheme,
        at < 0 ? Optional.empty() : Optional.of(authority.substring(0, at)),
        host,
        port,
        escaped(rest.substring(end)),
        text.substring(0, colon + 3) + hostAndPort + rest.substring(end));
  }

  private static Scheme scheme(String text) throws Unusable {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "http" -> Scheme.HTTP;
      case "https" -> Scheme.HTTPS;
      case "udp" -> Scheme.UDP;
      default -> throw new Unusable("a tracker's URL begins with http://, https:// or udp://");
    };
  }

  private static int port(Scheme scheme, String digits) throws Unusable {
    if (digits.isEmpty()) {
      if (scheme == Scheme.UDP) {
        throw new Unusable("a udp URL needs a port");
      }
      return scheme.port;
    }
    int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw new Unusable("its port is no number from 1 to 65535");
    }
    return port;
  }

  private static String host(String text) throws Unusable {
    if (text.isEmpty()) {
      throw new Unusable("it names no host");
    }
    try {
      if (text.startsWith("[") && text.endsWith("]")) {
        return InetAddress.ofLiteral(text.substring(1, text.length() - 1)).getHostAddress();
      }
      String ascii = ascii(text);
      if (ascii.length() <= 253
          && ascii.matches("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?")) {
        return ascii;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new Unusable("its host is neither a name nor an address");
  }

  /**
   * A host's name in the letters that are looked up (IDNA).
   *
   * @throws IllegalArgumentException if it has other letters and is no name
   */
  public static String ascii(String host) {
    // Most have none, and to load what knows all others takes as long as a lookup.
    return host.chars().allMatch(c -> c < 0x80) ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
  }

  /** RFC 3986: what may not stand in a path or query goes as the escaped bytes of its UTF-8. */
  public static String escaped(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      boolean letter = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
      if (letter || UNESCAPED.indexOf(b) >= 0 || (b == '%' && isEscape(bytes, i))) {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
      }
    }
    return out.toString();
  }

  /**
   * The text that an escaped one stands for.
   *
   * @throws IllegalArgumentException if it has a percent sign without a number
   */
  public static String unescaped(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static boolean isEscape(byte[] bytes, int at) {
    return at + 2 < bytes.length
        && Character.digit(bytes[at + 1], 16) >= 0
        && Character.digit(bytes[at + 2], 16) >= 0;
  }

  private static String before(String text, char end) {
    int at = text.indexOf(end);
    return at < 0 ? text : text.substring(0, at);
  }

  private static int firstOf(String text, String any) {
    for (int i = 0; i < text.length(); i++) {
      if (any.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  private static String masked(String text) {
    return StrangersWords.inOneLine(withoutCredentials(text));
  }

  /**
   * A URL without the user and password that it may have: with nothing between its scheme and the
   * last at sign, since a password may hold anything.
   */
  public static String withoutCredentials(String url) {
    int scheme = url.indexOf("://");
    int begin = scheme < 0 ? 0 : scheme + 3;
    int at = before(url, '?').lastIndexOf('@');
    return at < begin ? url : url.substring(0, begin) + url.substring(at + 1);
  }

  /** Path and query as an HTTP request has them. */
  String requestTarget() {
    return target.startsWith("/") ? target : "/" + target;
  }

  /** The same with more in its query. */
  TrackerUrl with(String query) {
    return withTarget(target + (target.indexOf('?') < 0 ? "?" : "&") + query);
  }

  /** The same host with another path and query. */
  TrackerUrl withTarget(String other) {
    return new TrackerUrl(scheme, credentials, host, port, other, shown);
  }

  /** The host as a Host header has it. */
  String hostHeader() {
    String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == scheme.port ? name : name + ":" + port;
  }

  /** The Authorization header's value, if the URL has a user. */
  Optional<String> basic() {
    return credentials.map(
        text -> {
          byte[] bytes = unescaped(text).getBytes(StandardCharsets.UTF_8);
          return "Basic " + Base64.getEncoder().encodeToString(bytes);
        });
  }

  /**
   * Where a redirection leads. Credentials go along to the same host only.
   *
   * @throws TrackerException if that is no tracker's URL
   */
  TrackerUrl resolve(String location) throws TrackerException {
    String to = location.strip();
    TrackerUrl there;
    if (to.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      there = parse(to);
    } else if (to.startsWith("//")) {
      there = parse(scheme.name().toLowerCase(Locale.ROOT) + ":" + to);
    } else {
      URI path = URI.create("http://h" + requestTarget()).resolve(escaped(before(to, '#')));
      String query = path.getRawQuery() == null ? "" : "?" + path.getRawQuery();
      return withTarget(path.getRawPath() + query);
    }
    return there.credentials.isPresent() || !there.host.equalsIgnoreCase(host)
        ? there
        : new TrackerUrl(
            there.scheme, credentials, there.host, there.port, there.target, there.shown);
  }

  /** For people: without credentials. */
  @Override
  public String toString() {
    return shown;
  }
}
