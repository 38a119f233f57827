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
    int query = pathAndQuery.indexOf('?');
    int pathEnd = query < 0 ? pathAndQuery.length() : query;
    int start = pathAndQuery.startsWith("/") ? 1 : 0;
    int end = pathAndQuery.indexOf('/', start);
    // A slash that ends the path has nothing behind it: what stands before is no passkey.
    boolean none = end <= start || end >= pathEnd - 1 || end - start > LONGEST;
    return none ? "" : pathAndQuery.substring(start, end);
  }
}
