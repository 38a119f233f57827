package dev.skep.tracker.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import java.util.List;
import java.util.Locale;

/** Which answers are compressed: those that are long, where the asker can read gzip. */
final class Compression {
  /** Shorter ones gain nothing worth the time. */
  static final int SHORTEST_BYTES = 1024;

  static final Header GZIP = HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");
  static final Header VARIES = HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");

  private Compression() {}

  static boolean isAccepted(ServerRequestHeaders headers) {
    return isAccepted(headers.all(HeaderNames.ACCEPT_ENCODING, List::of));
  }

  /** Whether lines of Accept-Encoding name gzip, and not with the weight 0 (RFC 9110, 12.5.3). */
  static boolean isAccepted(List<String> acceptEncoding) {
    return acceptEncoding.stream()
        .flatMap(line -> List.of(line.split(",", -1)).stream())
        .map(coding -> coding.replace(" ", "").toLowerCase(Locale.ROOT))
        .anyMatch(
            coding ->
                coding.equals("gzip")
                    || (coding.startsWith("gzip;q=") && !coding.matches("gzip;q=0(\\.0*)?")));
  }
}
