package dev.skep.tracker.access;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.Cidr;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an operator allows and denies: six lists of entries, each with a note, and the secrets that
 * were given out. Immutable.
 */
public final class AccessLists {
  /** Nothing allowed in particular, nothing denied, no secret given out. */
  public static final AccessLists EMPTY =
      new AccessLists(new EnumMap<>(Kind.class), new TreeMap<>(), Optional.empty());

  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_TOKENS = 1_000;
  private static final int MAX_NOTE_CHARACTERS = 200;
  private static final Pattern CLIENT = Pattern.compile("[!-~]{1," + PeerId.BYTES + "}");

  private final Map<Kind, SortedMap<String, String>> lists;
  private final SortedMap<String, GivenSecret> secrets;
  private final Optional<Mode> mode;

  private AccessLists(
      Map<Kind, SortedMap<String, String>> lists,
      SortedMap<String, GivenSecret> secrets,
      Optional<Mode> mode) {
    this.lists = lists;
    this.secrets = secrets;
    this.mode = mode;
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
    /** Beginnings of peer ids (BEP 20); if there are any, only these clients may announce. */
    ALLOWED_CLIENTS,
    /** Beginnings of peer ids whose clients may not announce. */
    DENIED_CLIENTS;

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
        case ALLOWED_CLIENTS, DENIED_CLIENTS -> {
          if (!CLIENT.matcher(entry).matches()) {
            throw new IllegalArgumentException(
                "a client is the beginning of its peer ids, such as -UT35: up to "
                    + PeerId.BYTES
                    + " letters, digits and signs");
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

  /** The secrets that were given out, also those that have expired, by their hashes. */
  public Collection<GivenSecret> secrets() {
    return secrets.values();
  }

  /** To whom the tracker is to be open, if that is said here. */
  public Optional<Mode> mode() {
    return mode;
  }

  /** These lists, and to whom the tracker is to be open; with nothing, that is not said here. */
  public AccessLists with(Optional<Mode> other) {
    return new AccessLists(lists, secrets, other);
  }

  /** The secret with this id, or this hash. */
  public Optional<GivenSecret> secret(String idOrHash) {
    return secrets.tailMap(idOrHash).values().stream()
        .findFirst()
        .filter(secret -> secret.id().equals(idOrHash) || secret.sha256().equals(idOrHash));
  }

  /**
   * These lists and one entry more; an entry that is there gets the new note.
   *
   * @throws IllegalArgumentException if the entry does not belong there, or the list is full
   */
  public AccessLists with(Kind kind, String entry, String note) {
    requireNote(note);
    var list = new TreeMap<>(entries(kind));
    list.put(kind.normal(entry), note);
    requireRoom(list.size());
    return replacing(kind, list);
  }

  /** These lists without an entry. */
  public AccessLists without(Kind kind, String entry) {
    var list = new TreeMap<>(entries(kind));
    list.remove(entry);
    return replacing(kind, list);
  }

  /**
   * These lists and a secret more, or instead of what is known of it.
   *
   * @throws IllegalArgumentException if there are too many, or its note is none
   */
  public AccessLists with(GivenSecret secret) {
    requireNote(secret.note());
    var more = new TreeMap<>(secrets);
    more.put(secret.sha256(), secret);
    requireFewTokens(more.values());
    return new AccessLists(lists, more, mode);
  }

  /** These lists without a secret. */
  public AccessLists without(GivenSecret secret) {
    var fewer = new TreeMap<>(secrets);
    fewer.remove(secret.sha256());
    return new AccessLists(lists, fewer, mode);
  }

  /**
   * All entries and secrets of both; where both have one, as these have it.
   *
   * @throws IllegalArgumentException if that is too many
   */
  public AccessLists with(AccessLists more) {
    AccessLists both = and(more);
    both.lists.values().forEach(list -> requireRoom(list.size()));
    requireFewTokens(both.secrets.values());
    return both;
  }

  /** The same of any number. */
  AccessLists and(AccessLists more) {
    var both = new EnumMap<Kind, SortedMap<String, String>>(Kind.class);
    for (Kind kind : Kind.values()) {
      var list = new TreeMap<>(more.entries(kind));
      list.putAll(entries(kind));
      both.put(kind, list);
    }
    var allSecrets = new TreeMap<>(more.secrets);
    allSecrets.putAll(secrets);
    return new AccessLists(both, allSecrets, mode.or(more::mode));
  }

  private static void requireNote(String note) {
    if (note.length() > MAX_NOTE_CHARACTERS || note.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a note has up to " + MAX_NOTE_CHARACTERS + " characters and no control characters");
    }
  }

  private static void requireRoom(int entries) {
    if (entries > MAX_ENTRIES) {
      throw new IllegalArgumentException("a list has at most " + MAX_ENTRIES + " entries");
    }
  }

  /** Each request with a secret is compared with all of them. */
  private static void requireFewTokens(Collection<GivenSecret> secrets) {
    requireRoom(secrets.size());
    if (secrets.stream().filter(each -> each.grant() != Grant.PASSKEY).count() > MAX_TOKENS) {
      throw new IllegalArgumentException("there are at most " + MAX_TOKENS + " tokens");
    }
  }

  private AccessLists replacing(Kind kind, SortedMap<String, String> list) {
    var copy = new EnumMap<Kind, SortedMap<String, String>>(Kind.class);
    copy.putAll(lists);
    copy.put(kind, list);
    return new AccessLists(copy, secrets, mode);
  }

  /** Makes lists of many entries at once. */
  static final class Builder {
    private final Map<Kind, SortedMap<String, String>> lists = new EnumMap<>(Kind.class);
    private final SortedMap<String, GivenSecret> secrets = new TreeMap<>();
    private Optional<Mode> mode = Optional.empty();

    /**
     * Says to whom the tracker is to be open.
     *
     * @throws IllegalArgumentException if that was said already
     */
    void set(Mode one) {
      if (mode.isPresent()) {
        throw new IllegalArgumentException("a second mode");
      }
      mode = Optional.of(one);
    }

    /**
     * One entry more.
     *
     * @throws IllegalArgumentException as {@link AccessLists#with}
     */
    void add(Kind kind, String entry, String note) {
      requireNote(note);
      var list = lists.computeIfAbsent(kind, _ -> new TreeMap<>());
      list.put(kind.normal(entry), note);
      requireRoom(list.size());
    }

    /**
     * One secret more.
     *
     * @throws IllegalArgumentException as {@link AccessLists#with}
     */
    void add(GivenSecret secret) {
      requireNote(secret.note());
      secrets.put(secret.sha256(), secret);
      requireRoom(secrets.size());
    }

    AccessLists build() {
      requireFewTokens(secrets.values());
      return new AccessLists(lists, secrets, mode);
    }
  }
}
