package dev.skep.tracker.access;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What an operator allows and denies: five lists of entries, each with a note. Immutable. */
public final class AccessLists {
  /** Nothing allowed in particular, nothing denied, no passkey given out. */
  public static final AccessLists EMPTY = new AccessLists(new EnumMap<>(Kind.class));

  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_NOTE_CHARACTERS = 200;
  private static final Pattern PASSKEY = Pattern.compile("[0-9A-Za-z_-]{8,128}");

  private final Map<Kind, SortedMap<String, String>> lists;

  private AccessLists(Map<Kind, SortedMap<String, String>> lists) {
    this.lists = lists;
  }

  /** What a list is about. */
  public enum Kind {
    /** Info-hashes that may be announced even where only registered torrents may. */
    ALLOWED_TORRENTS,
    /** Info-hashes that may never be announced. */
    DENIED_TORRENTS,
    /** Blocks of addresses; if there are any, only peers from these may announce. */
    ALLOWED_NETWORKS,
    /** Blocks of addresses whose peers may not announce. */
    DENIED_NETWORKS,
    /** Passkeys that were given out. */
    PASSKEYS;

    /** The kind of this name, as in {@code denied-torrents}. */
    public static Optional<Kind> of(String name) {
      return Arrays.stream(values()).filter(kind -> kind.text().equals(name)).findFirst();
    }

    /** Its name in lower case, with a hyphen. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The entry in the one form that it is kept in.
     *
     * @throws IllegalArgumentException if it does not belong in such a list; the message says what
     *     does
     */
    String normal(String entry) {
      return switch (this) {
        case ALLOWED_TORRENTS, DENIED_TORRENTS -> InfoHash.fromHex(entry).hex();
        case ALLOWED_NETWORKS, DENIED_NETWORKS -> {
          Cidr.parse(entry);
          yield entry;
        }
        case PASSKEYS -> {
          if (!PASSKEY.matcher(entry).matches()) {
            throw new IllegalArgumentException(
                "a passkey has 8 to 128 letters, digits, hyphens or underscores");
          }
          yield entry;
        }
      };
    }
  }

  /** The entries of one list with their notes. */
  public SortedMap<String, String> entries(Kind kind) {
    return lists.getOrDefault(kind, new TreeMap<>());
  }

  /**
   * These lists and one entry more; an entry that is there gets the new note.
   *
   * @throws IllegalArgumentException if the entry does not belong there, or the list is full
   */
  public AccessLists with(Kind kind, String entry, String note) {
    if (note.length() > MAX_NOTE_CHARACTERS || note.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a note has up to " + MAX_NOTE_CHARACTERS + " characters and no control characters");
    }
    var list = new TreeMap<>(entries(kind));
    list.put(kind.normal(entry), note);
    if (list.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException("a list has at most " + MAX_ENTRIES + " entries");
    }
    return replacing(kind, list);
  }

  /** These lists without an entry. */
  public AccessLists without(Kind kind, String entry) {
    var list = new TreeMap<>(entries(kind));
    list.remove(entry);
    return replacing(kind, list);
  }

  private AccessLists replacing(Kind kind, SortedMap<String, String> list) {
    var copy = new EnumMap<Kind, SortedMap<String, String>>(Kind.class);
    copy.putAll(lists);
    copy.put(kind, list);
    return new AccessLists(copy);
  }

  /** One line of UTF-8 for each entry: list, tab, entry, tab, note. */
  public byte[] toBytes() {
    var text = new StringBuilder();
    lists.forEach(
        (kind, list) ->
            list.forEach(
                (entry, note) ->
                    text.append(kind.text())
                        .append('\t')
                        .append(entry)
                        .append('\t')
                        .append(note)
                        .append('\n')));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static AccessLists parse(byte[] bytes) {
    var lists = new EnumMap<Kind, SortedMap<String, String>>(Kind.class);
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              String[] fields = line.split("\t", 3);
              Kind kind =
                  Kind.of(fields[0])
                      .filter(_ -> fields.length == 3)
                      .orElseThrow(() -> new IllegalArgumentException("no such list: " + line));
              lists
                  .computeIfAbsent(kind, _ -> new TreeMap<>())
                  .put(kind.normal(fields[1]), fields[2]);
            });
    return new AccessLists(lists);
  }
}
