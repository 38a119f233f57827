package dev.skep.tracker.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What every {@linkplain Keys#all() key} is set to. Immutable. */
public final class Settings {
  /** Files may also hold what the HTTP server itself understands, TLS for example. */
  private static final List<String> PASSED_ON = List.of("server.", "metrics.", "health.", "mp.");

  private static final String PREFIX = "skep.";

  /** System properties for the launcher, the digests and the build's tests. */
  private static final Set<String> OTHERS =
      Set.of("skep.launcher", "skep.terminal", "skep.digests", "skep.home", "skep.full");

  /** Variables for the launcher, for commands, and of the manifests in {@code k8s}. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of("SKEP_JAVA_OPTS", "SKEP_DEBUG", "SKEP_TRACKER", "SKEP_AGENT", "SKEP_SOURCE");

  private static final Pattern KUBERNETES_NAME =
      Pattern.compile("SKEP_\\w+_(SERVICE_(HOST|PORT\\w*)|PORT_\\d+_(TCP|UDP|SCTP)\\w*)");
  private static final Pattern KUBERNETES_PORT = Pattern.compile("(tcp|udp|sctp)://.*");

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
    refuseUnknown(
        names.stream().filter(name -> PASSED_ON.stream().noneMatch(name::startsWith)),
        Keys.all().stream().map(Key::name).toList(),
        where);
  }

  /**
   * The same for system properties that begin as keys do.
   *
   * @throws BadSettingException for the first that is neither a key nor for another part of Skep
   */
  public static void refuseUnknownProperties(Collection<String> names) throws BadSettingException {
    refuseUnknown(
        names.stream().filter(name -> name.startsWith(PREFIX) && !OTHERS.contains(name)),
        Keys.all().stream().map(Key::name).toList(),
        "system property");
  }

  /**
   * The same for variables of the environment that begin as those of keys do.
   *
   * @throws BadSettingException for the first that is neither a key's, nor for another part of
   *     Skep, nor what Kubernetes tells of a service called {@code skep-…}
   */
  public static void refuseUnknownVariables(Map<String, String> environment)
      throws BadSettingException {
    refuseUnknown(
        environment.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(variable(PREFIX)))
            .filter(entry -> !OTHER_VARIABLES.contains(entry.getKey()))
            .filter(entry -> !isOfKubernetes(entry.getKey(), entry.getValue()))
            .map(Map.Entry::getKey),
        Keys.all().stream().map(key -> variable(key.name())).toList(),
        "environment");
  }

  /** A key as a variable of the environment. */
  static String variable(String name) {
    return name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static boolean isOfKubernetes(String name, String value) {
    return KUBERNETES_NAME.matcher(name).matches()
        || (name.endsWith("_PORT") && KUBERNETES_PORT.matcher(value).matches());
  }

  private static void refuseUnknown(Stream<String> names, List<String> known, String where)
      throws BadSettingException {
    Optional<String> wrong = names.filter(name -> !known.contains(name)).sorted().findFirst();
    if (wrong.isPresent()) {
      String nearest =
          known.stream().min(Comparator.comparingInt(k -> distance(wrong.get(), k))).orElseThrow();
      throw new BadSettingException(
          where + ": unknown key " + wrong.get() + "; did you mean " + nearest + "?");
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
