package dev.skep.tracker.access;

import dev.skep.tracker.access.AccessLists.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Access lists as lines of text: in the data folder, and in a file that an operator writes.
 *
 * <pre>
 * # a comment
 * mode private
 * denied-torrents 0123456789012345678901234567890123456789 why
 * denied-networks 10.9.0.0/16
 * denied-clients  -XL
 * passkey    SHA256 made=2026-11-30T10:00:00Z until=2027-01-01T00:00:00Z for the lab
 * administer SHA256 of the night shift
 * </pre>
 */
public final class ListLines {
  private static final String MODE = "mode";
  private static final String MADE = "made=";
  private static final String UNTIL = "until=";
  private static final String NEVER = "-";

  /** A list of older trackers, which kept passkeys as they are. */
  private static final String PLAIN_PASSKEYS = "passkeys";

  private ListLines() {}

  /** One line for each entry and secret, and one for the mode. */
  public static String write(AccessLists lists) {
    var text = new StringBuilder();
    lists.mode().ifPresent(mode -> line(text, MODE + '\t' + mode.text(), ""));
    for (Kind kind : Kind.values()) {
      lists.entries(kind).forEach((entry, note) -> line(text, kind.text() + '\t' + entry, note));
    }
    for (GivenSecret secret : lists.secrets()) {
      String times = MADE + time(secret.made()) + '\t' + UNTIL + time(secret.expires());
      line(text, secret.grant().text() + '\t' + secret.sha256() + '\t' + times, secret.note());
    }
    return text.toString();
  }

  private static String time(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(NEVER);
  }

  private static void line(StringBuilder text, String fields, String note) {
    text.append(fields).append('\t').append(note).append('\n');
  }

  /**
   * Reads what {@link #write} or an operator wrote.
   *
   * @throws IllegalArgumentException if it is anything else; the message names the line
   */
  public static AccessLists read(String text) {
    return read(text, false);
  }

  /** The same of what older trackers wrote, too. */
  public static AccessLists readSaved(String text) {
    return read(text, true);
  }

  private static AccessLists read(String text, boolean saved) {
    var lists = new AccessLists.Builder();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        add(line.strip(), saved, lists);
      } catch (IllegalArgumentException | DateTimeException e) {
        throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
      }
    }
    return lists.build();
  }

  private static void add(String line, boolean saved, AccessLists.Builder lists) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    var words = new Words(line);
    String first = words.next();
    String second = words.next();
    Optional<Kind> kind = Kind.of(first);
    Optional<Grant> grant = Grant.of(first);
    if (first.equals(MODE)) {
      lists.set(Mode.of(second));
    } else if (kind.isPresent()) {
      lists.add(kind.get(), second, words.rest());
    } else if (grant.isPresent()) {
      Optional<Instant> made = words.timeAfter(MADE);
      Optional<Instant> expires = words.timeAfter(UNTIL);
      lists.add(new GivenSecret(second, grant.get(), words.rest(), made, expires));
    } else if (saved && first.equals(PLAIN_PASSKEYS)) {
      String hash = GivenSecret.hexHash(second);
      lists.add(
          new GivenSecret(hash, Grant.PASSKEY, words.rest(), Optional.empty(), Optional.empty()));
    } else {
      throw new IllegalArgumentException(
          "no list is called '"
              + (first.length() > 40 ? first.substring(0, 40) + "..." : first)
              + "'; there are allowed- and denied-torrents, -networks and -clients, passkey, read,"
              + " publish and administer with the SHA-256 of a secret, and mode");
    }
  }

  /** What is left of a line. */
  private static final class Words {
    private String rest;

    Words(String line) {
      rest = line;
    }

    String rest() {
      return rest;
    }

    String next() {
      int end = 0;
      while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
        end++;
      }
      String word = rest.substring(0, end);
      rest = rest.substring(end).strip();
      return word;
    }

    Optional<Instant> timeAfter(String prefix) {
      if (!rest.startsWith(prefix)) {
        return Optional.empty();
      }
      String time = next().substring(prefix.length());
      return time.equals(NEVER) ? Optional.empty() : Optional.of(Instant.parse(time));
    }
  }
}
