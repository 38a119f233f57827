package dev.skep.tracker.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whom webhooks may call, and how what is said is signed. Immutable; does not show its secret. */
public final class WebhookRules {
  private static final int LONGEST_URL = 2048;
  private static final String ALGORITHM = "HmacSHA256";
  private static final Pattern HOST =
      Pattern.compile("([a-z0-9_](?:[a-z0-9._-]*)|\\[[0-9a-f:.]+\\])(:[1-9]\\d{0,4})?");

  private final Set<String> hosts;
  private final SecretKeySpec key;

  private WebhookRules(Set<String> hosts, SecretKeySpec key) {
    this.hosts = Set.copyOf(hosts);
    this.key = key;
  }

  /**
   * Reads what is set.
   *
   * @param hosts each {@code HOST} for the port that is usual, or {@code HOST:PORT}
   * @param secret that receivers know, too
   * @throws IllegalArgumentException if one is no host
   */
  public static WebhookRules parse(List<String> hosts, String secret) {
    var allowed = new TreeSet<String>();
    for (String host : hosts) {
      String plain = host.strip().toLowerCase(Locale.ROOT);
      if (!HOST.matcher(plain).matches()) {
        throw new IllegalArgumentException(
            "'" + host + "' is no host that webhooks could call; hooks.lan or hooks.lan:8443 is");
      }
      allowed.add(plain);
    }
    return new WebhookRules(allowed, new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
  }

  /** Whether this may be called. */
  public boolean allows(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean isPlain =
        (scheme.equals("http") || scheme.equals("https"))
            && url.getHost() != null
            && url.getRawUserInfo() == null
            && url.getRawFragment() == null
            && url.toString().length() <= LONGEST_URL;
    if (!isPlain) {
      return false;
    }
    String host = url.getHost().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("http") ? 80 : 443;
    int port = url.getPort() < 0 ? usual : url.getPort();
    return hosts.contains(host + ":" + port) || (port == usual && hosts.contains(host));
  }

  /** What of a URL may stand in a log: its path may be a secret. */
  static String shown(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + "/...";
  }

  /**
   * The signature of what is said at a time, as {@code Skep-Signature} has it.
   *
   * @param seconds since 1970, as {@code Skep-Timestamp} has them
   */
  String sign(long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((seconds + ".").getBytes(UTF_8));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
