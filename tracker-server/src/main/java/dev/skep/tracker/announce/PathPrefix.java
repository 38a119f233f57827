package dev.skep.tracker.announce;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Under what path a proxy shows the tracker, which may pass requests on with it or without it.
 *
 * @param text such as {@code /tracker}, or nothing
 */
public record PathPrefix(String text) {
  public static final PathPrefix NONE = new PathPrefix("");

  private static final Pattern FIT = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+");

  /** What paths of the tracker begin with: under such a prefix nobody could tell them apart. */
  private static final Set<String> OURS =
      Set.of(
          "announce",
          "scrape",
          "api",
          "torrents",
          "page",
          "web",
          "stats",
          "health",
          "metrics",
          "openapi");

  /**
   * Reads one, with or without a slash behind it.
   *
   * @throws IllegalArgumentException if it can be none; the message says what can
   */
  public static PathPrefix parse(String text) {
    String path = text.replaceFirst("/+$", "");
    boolean isFree = FIT.matcher(path).matches() && !OURS.contains(path.split("/", 3)[1]);
    if (!path.isEmpty() && !isFree) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no prefix of paths; /tracker would be, and none that begins as a path of the"
              + " tracker does");
    }
    return new PathPrefix(path);
  }

  /** Whether a path is under it. */
  public boolean holds(String path) {
    return !text.isEmpty()
        && path.startsWith(text)
        && (path.length() == text.length() || path.charAt(text.length()) == '/');
  }

  /** A path as the tracker knows it: without the prefix, if it has it. */
  public String behind(String path) {
    if (!holds(path)) {
      return path;
    }
    return path.length() == text.length() ? "/" : path.substring(text.length());
  }
}
