package dev.skep.agent.catalogue;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A tracker's base URL as people write it: {@code http://tracker.lan:6969} or {@code
 * http://tracker.lan:6969?passkey=…}.
 *
 * @param base without a slash at its end
 */
public record TrackerAddress(URI base, Optional<String> passkey) {
  private static final Pattern PASSKEY = Pattern.compile("passkey=[0-9A-Za-z_-]{8,128}");

  /** Where its peers announce. */
  public String announceUrl() {
    return base + passkey.map(key -> "/" + key).orElse("") + "/announce";
  }

  /** Whether a URL is of the tracker with this base. */
  public static boolean isOf(URI base, String url) {
    return parse(url).filter(at -> at.base.equals(base)).isPresent();
  }

  /** Nothing if it is no tracker's. */
  public static Optional<TrackerAddress> parse(String url) {
    try {
      URI given = new URI(url);
      String rest = given.getRawQuery() == null ? "" : given.getRawQuery();
      String front = url.split("[?#]", 2)[0];
      URI base = new URI(front.endsWith("/") ? front.substring(0, front.length() - 1) : front);
      boolean understood = rest.isEmpty() || PASSKEY.matcher(rest).matches();
      if (base.getHost() == null
          || !String.valueOf(base.getScheme()).matches("https?")
          || !understood) {
        return Optional.empty();
      }
      Optional<String> passkey =
          rest.isEmpty() ? Optional.empty() : Optional.of(rest.substring(rest.indexOf('=') + 1));
      return Optional.of(new TrackerAddress(base, passkey));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
