package dev.skep.tracker.announce;

/** Passkeys in announce URLs: {@code /PASSKEY/announce} and {@code /PASSKEY/scrape}. */
public final class Passkeys {
  private static final int LONGEST = 128;

  private Passkeys() {}

  /**
   * The passkey of a path, with or without a query behind it; empty if there is none, or one longer
   * than 128 characters.
   */
  public static String in(String pathAndQuery) {
    int start = pathAndQuery.startsWith("/") ? 1 : 0;
    int end = pathAndQuery.indexOf('/', start);
    return end <= start || end - start > LONGEST ? "" : pathAndQuery.substring(start, end);
  }
}
