package dev.skep.tracker.announce;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Finds out who asks: the far end of the connection, or whom a trusted proxy names in a header. */
public final class Proxies {
  private static final Logger LOG = System.getLogger(Proxies.class.getName());
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_SHOWN = 60;
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private final List<Cidr> trusted;
  private final Header header;
  private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - QUIET_NANOS);

  /** What proxies name the asker in. Of the other one they pass on what strangers wrote. */
  public enum Header {
    X_FORWARDED_FOR("X-Forwarded-For"),
    /** RFC 7239. */
    FORWARDED("Forwarded");

    private final String text;

    Header(String text) {
      this.text = text;
    }

    /** Its name. */
    public String text() {
      return text;
    }
  }

  public Proxies(List<Cidr> trusted, Header header) {
    this.trusted = List.copyOf(trusted);
    this.header = header;
  }

  /** What they name the asker in. */
  public Header header() {
    return header;
  }

  /** A trusted proxy says something that is no address; the message says which and what. */
  public static final class NonsenseException extends Exception {
    private static final long serialVersionUID = 1L;

    NonsenseException(IpAddress proxy, Header header, String said) {
      super(
          "the proxy "
              + proxy
              + " says that "
              + header.text()
              + " is '"
              + shown(said)
              + "', which is no address; correct its configuration");
    }
  }

  /**
   * The asker's address. What a trusted proxy says is read from its end, for what stands further
   * left was written by others; the first address that is no trusted proxy's is it. Addresses may
   * stand in brackets and have a port behind them, and places between commas may be empty.
   *
   * @param peer the far end of the connection
   * @param forwarded the values of the lines of {@link #header()}, in their order
   */
  public IpAddress asker(IpAddress peer, List<String> forwarded) throws NonsenseException {
    IpAddress asker = peer;
    if (!isTrusted(asker)) {
      return asker;
    }
    for (String line : forwarded.reversed()) {
      for (String hop : hops(line, peer).reversed()) {
        asker = address(hop, peer);
        if (!isTrusted(asker)) {
          return asker;
        }
      }
    }
    return asker;
  }

  private List<String> hops(String line, IpAddress proxy) throws NonsenseException {
    if (header == Header.FORWARDED) {
      return Forwarded.nodes(line).orElseThrow(() -> nonsense(proxy, line));
    }
    return Arrays.stream(line.split(",", -1))
        .map(String::strip)
        .filter(hop -> !hop.isEmpty())
        .toList();
  }

  private boolean isTrusted(IpAddress address) {
    for (Cidr block : trusted) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private IpAddress address(String hop, IpAddress proxy) throws NonsenseException {
    try {
      String text = withoutPort(hop);
      if (text.indexOf(':') < 0 && !IPV4.matcher(text).matches()) {
        throw new IllegalArgumentException("Java takes 1.2 for 1.0.0.2");
      }
      return IpAddress.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      throw nonsense(proxy, hop);
    }
  }

  private NonsenseException nonsense(IpAddress proxy, String said) {
    var nonsense = new NonsenseException(proxy, header, said);
    tell(nonsense);
    return nonsense;
  }

  /** The operator hears of it, too, but not of every request. */
  private void tell(NonsenseException nonsense) {
    long now = System.nanoTime();
    long last = toldAt.get();
    if (now - last >= QUIET_NANOS && toldAt.compareAndSet(last, now)) {
      LOG.log(Level.WARNING, nonsense.getMessage());
    }
  }

  /**
   * {@code [2001:db8::1]:443} and {@code 192.0.2.1:443} have a port; {@code 2001:db8::1} has not.
   */
  private static String withoutPort(String hop) {
    int bracket = hop.indexOf(']');
    if (hop.startsWith("[") && bracket > 0) {
      checkPort(hop, bracket + 1);
      String inside = hop.substring(1, bracket);
      if (inside.indexOf(':') < 0) {
        throw new IllegalArgumentException("brackets are for IPv6");
      }
      return inside;
    }
    int colon = hop.indexOf(':');
    if (colon < 0 || colon != hop.lastIndexOf(':')) {
      return hop;
    }
    checkPort(hop, colon);
    return hop.substring(0, colon);
  }

  private static void checkPort(String hop, int at) {
    if (at < hop.length() && !hop.substring(at).matches(":\\d{1,5}")) {
      throw new IllegalArgumentException("no port");
    }
  }

  private static String shown(String said) {
    String cut = said.length() > MOST_SHOWN ? said.substring(0, MOST_SHOWN) + "..." : said;
    return cut.replaceAll("[^ -~]", "?");
  }
}
