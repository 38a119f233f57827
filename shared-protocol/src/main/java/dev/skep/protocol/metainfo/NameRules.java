package dev.skep.protocol.metainfo;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * What one name of a path may be on a file system. No name that either of the two lets through
 * leaves the download folder: never empty, {@code .} or {@code ..}, never with a slash, NUL or
 * another control character, at most 255 bytes.
 */
public enum NameRules {
  /**
   * Names that differ in any byte are different files; a backslash, a colon or {@code con} is a
   * name like any other.
   */
  POSIX {
    @Override
    String restricted(String name) {
      return name;
    }

    @Override
    String key(String name) {
      return name;
    }
  },

  /**
   * What Windows and macOS accept too: names that differ only in case or Unicode form are one file
   * there.
   */
  PORTABLE {
    @Override
    String restricted(String name) {
      String safe = replaced(name, c -> "\\:<>\"|?*".indexOf(c) >= 0);
      int end = safe.length();
      while (end > 0 && (safe.charAt(end - 1) == '.' || safe.charAt(end - 1) == ' ')) {
        end--;
      }
      safe = end == safe.length() ? safe : safe.substring(0, end) + "_";
      int dot = safe.indexOf('.');
      String stem = (dot < 0 ? safe : safe.substring(0, dot)).stripTrailing();
      return RESERVED.contains(stem.toUpperCase(Locale.ROOT)) ? "_" + safe : safe;
    }

    @Override
    String key(String name) {
      String composed = isAscii(name) ? name : Normalizer.normalize(name, Normalizer.Form.NFC);
      return composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
  };

  static final int MAX_NAME_BYTES = 255;

  private static final Set<String> RESERVED =
      Set.of(
          "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", "COM0", "COM1", "COM2", "COM3",
          "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³", "LPT0", "LPT1",
          "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³");

  /** The rules for the machine that runs this: POSIX on Linux, portable elsewhere. */
  public static NameRules ofHost() {
    return System.getProperty("os.name", "").startsWith("Linux") ? POSIX : PORTABLE;
  }

  /** What this rule changes beyond what all need. */
  abstract String restricted(String name);

  /** Equal for names that are one file. */
  abstract String key(String name);

  /** The name itself if nothing is wrong with it, else a safe one as close to it as can be. */
  public String safe(String name) {
    String plain = plain(name);
    String safe =
        switch (plain) {
          case "", "." -> "_";
          case ".." -> "__";
          default -> restricted(plain);
        };
    return fits(safe) ? safe : restricted(shortened(safe, ""));
  }

  /**
   * The name with a mark before its extension, still not too long: {@code a.txt} and {@code " (2)"}
   * give {@code a (2).txt}.
   */
  static String marked(String name, String mark) {
    int dot = extension(name);
    String marked = name.substring(0, dot) + mark + name.substring(dot);
    return fits(marked) ? marked : shortened(name, mark);
  }

  private static String shortened(String name, String mark) {
    String tail = mark + name.substring(extension(name));
    int room = MAX_NAME_BYTES - utf8Length(tail);
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < name.length(); ) {
      int c = name.codePointAt(i);
      room -= utf8Length(Character.toString(c));
      if (room < 0) {
        break;
      }
      head.appendCodePoint(c);
      i += Character.charCount(c);
    }
    return head + tail;
  }

  /** Where a short extension begins; the name's end if it has none. */
  private static int extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && name.length() - dot <= 16 ? dot : name.length();
  }

  private static boolean fits(String name) {
    return name.length() * 3 <= MAX_NAME_BYTES || utf8Length(name) <= MAX_NAME_BYTES;
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Slash, control characters, bytes that were not UTF-8, and marks that make text read in another
   * order than it is.
   */
  private static boolean isNeverAllowed(char c) {
    if (c > '/' && c < 0x7f) {
      return false; // nearly all
    }
    return c == '/'
        || c < 0x20
        || (c >= 0x7f && c < 0xa0)
        || c == '\uFFFD'
        || c == '\u2028'
        || c == '\u2029'
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }

  private static String plain(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (isNeverAllowed(name.charAt(i))) {
        return replaced(name, NameRules::isNeverAllowed);
      }
    }
    return name;
  }

  private static String replaced(String name, CharTest bad) {
    StringBuilder changed = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      if (bad.test(name.charAt(i))) {
        changed.setCharAt(i, '_');
      }
    }
    return changed.toString();
  }

  private static boolean isAscii(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private interface CharTest {
    boolean test(char c);
  }
}
