package dev.skep.tracker.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What every {@linkplain Keys#all() key} is set to. Immutable. */
public final class Settings {
  /** Files may also hold what the HTTP server itself understands, TLS for example. */
  private static final List<String> PASSED_ON = List.of("server.", "metrics.", "health.", "mp.");

  private final Map<Key<?>, Object> values;

  private Settings(Map<Key<?>, Object> values) {
    this.values = values;
  }

  /**
   * Reads every key.
   *
   * @param source gives the text a name is set to, if it is set
   * @throws BadSettingException when a text is not of its key's form
   */
  public static Settings read(Function<String, Optional<String>> source)
      throws BadSettingException {
    var values = new HashMap<Key<?>, Object>();
    for (Key<?> key : Keys.all()) {
      String text = source.apply(key.name()).orElse(key.defaultText()).strip();
      values.put(key, valueOf(key, text));
    }
    return new Settings(Map.copyOf(values));
  }

  /** The settings that hold when nothing is set. */
  public static Settings defaults() {
    try {
      return read(_ -> Optional.empty());
    } catch (BadSettingException e) {
      throw new AssertionError("a default is wrong", e);
    }
  }

  /**
   * Refuses names that no key has, so that a slip of the pen does not go unnoticed.
   *
   * @param where what the names stand in, for the message
   * @throws BadSettingException for the first unknown name; the message says which known one is
   *     nearest
   */
  public static void refuseUnknown(Collection<String> names, String where)
      throws BadSettingException {
    List<String> known = Keys.all().stream().map(Key::name).toList();
    for (String name : names.stream().sorted().toList()) {
      if (!known.contains(name) && PASSED_ON.stream().noneMatch(name::startsWith)) {
        String nearest =
            known.stream().min(Comparator.comparingInt(k -> distance(name, k))).orElseThrow();
        throw new BadSettingException(
            where + ": unknown key " + name + "; did you mean " + nearest + "?");
      }
    }
  }

  /** The value of {@code key}. */
  @SuppressWarnings("unchecked") // put by read(), which took it from the same key's form
  public <T> T get(Key<T> key) {
    return (T) Objects.requireNonNull(values.get(key));
  }

  private static <T> T valueOf(Key<T> key, String text) throws BadSettingException {
    return key.form()
        .reader()
        .apply(text)
        .orElseThrow(
            () ->
                new BadSettingException(
                    key.name() + " is '" + text + "'; expected " + key.form().expected()));
  }

  /** Edits (insert, delete, replace) that make one word of the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
