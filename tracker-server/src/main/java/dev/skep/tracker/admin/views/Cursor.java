package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;

/** Where a page of a list ended: some words that mean nothing to who passes them on. */
public final class Cursor {
  private static final String BETWEEN = "\n";
  private static final int LONGEST = 2048;

  private Cursor() {}

  /** The cursor of these words. */
  public static String of(String... words) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join(BETWEEN, words).getBytes(UTF_8));
  }

  /** The words of a cursor that was made of so many. */
  static List<String> words(String cursor, int count) {
    if (cursor.length() <= LONGEST) {
      try {
        List<String> words =
            List.of(new String(Base64.getUrlDecoder().decode(cursor), UTF_8).split(BETWEEN, -1));
        if (words.size() == count) {
          return words;
        }
      } catch (IllegalArgumentException _) {
        // As wrong as one of another list.
      }
    }
    throw new ForeignCursorException();
  }
}
