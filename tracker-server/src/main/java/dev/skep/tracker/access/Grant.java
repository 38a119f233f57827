package dev.skep.tracker.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a secret that was given out is good for. Over the API each allows what those before do. */
public enum Grant {
  /** To announce, and to read of what may be announced. Only this one stands in announce URLs. */
  PASSKEY,
  /** To read everything that is no matter of access. */
  READ,
  /** To put torrents into the catalogue and to take them out, and to begin and end rollouts. */
  PUBLISH,
  /** To change who may do what, and to end the tracker. */
  ADMINISTER;

  /** The one of this name, as in {@code publish}. */
  public static Optional<Grant> of(String name) {
    return Arrays.stream(values()).filter(grant -> grant.text().equals(name)).findFirst();
  }

  /** Its name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is enough where {@code needed} is asked for. */
  public boolean covers(Grant needed) {
    return compareTo(needed) >= 0;
  }
}
