package dev.skep.service.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What every key of a {@linkplain KeyList list} is set to. Immutable. */
public final class Settings {
  /** By the names of keys: a record's own hash takes long to make when it is first asked for. */
  private final Map<String, Object> values;

  private Settings(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Reads every key.
   *
   * @param source gives the text a name is set to, if it is set
   * @throws BadSettingException when a text is not of its key's form
   */
  public static Settings read(KeyList keys, Function<String, Optional<String>> source)
      throws BadSettingException {
    var values = new HashMap<String, Object>();
    for (Key<?> key : keys.all()) {
      String text = source.apply(key.name()).orElse(key.defaultText()).strip();
      values.put(key.name(), valueOf(key, text));
    }
    return new Settings(Map.copyOf(values));
  }

  /**
   * Reads every key: what a system property says goes before the environment, that before the file.
   *
   * @param properties system properties
   * @param environment its variables
   * @param file its lines
   * @throws BadSettingException when a text is not of its key's form, or a name that begins as keys
   *     do is none
   */
  public static Settings read(
      KeyList keys,
      Map<String, String> properties,
      Map<String, String> environment,
      Map<String, String> file)
      throws BadSettingException {
    return read(keys, source(keys, properties, environment, file));
  }

  /**
   * The same order of sources, for whoever has others that go before them.
   *
   * @return gives the text a name is set to, if it is set
   * @throws BadSettingException when a name that begins as keys do is none
   */
  public static Function<String, Optional<String>> source(
      KeyList keys,
      Map<String, String> properties,
      Map<String, String> environment,
      Map<String, String> file)
      throws BadSettingException {
    keys.refuseUnknownProperties(properties.keySet());
    keys.refuseUnknownVariables(environment);
    return name ->
        Optional.ofNullable(properties.get(name))
            .or(() -> Optional.ofNullable(environment.get(KeyList.variable(name))))
            .or(() -> Optional.ofNullable(file.get(name)));
  }

  /** The settings that hold when nothing is set. */
  public static Settings defaults(KeyList keys) {
    try {
      return read(keys, _ -> Optional.empty());
    } catch (BadSettingException e) {
      throw new AssertionError("a default is wrong", e);
    }
  }

  /** The value of {@code key}, which is one of the list that was read. */
  @SuppressWarnings("unchecked") // put by read(), which took it from the same key's form
  public <T> T get(Key<T> key) {
    return (T) Objects.requireNonNull(values.get(key.name()));
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
}
