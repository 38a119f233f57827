package dev.skep.agent.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.Library;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The settings as they are now. What is changed while the agent runs is kept in the library and
 * goes before what the agent is started with. Safe for many threads.
 */
public final class LiveSettings {
  private static final String KEPT = "changed.properties";

  private final Library library;
  private final Function<String, Optional<String>> started;
  private Map<String, String> changed;
  private volatile Settings now;
  private final List<Consumer<Settings>> followers = new CopyOnWriteArrayList<>();

  private LiveSettings(
      Library library,
      Function<String, Optional<String>> started,
      Map<String, String> changed,
      Settings now) {
    this.library = library;
    this.started = started;
    this.changed = changed;
    this.now = now;
  }

  /**
   * Reads what was changed in earlier runs.
   *
   * @param started gives the text that a key was set to at the start
   * @param told hears if what was changed cannot be used: then it is left out
   * @throws BadSettingException if what it was started with cannot be used
   */
  public static LiveSettings open(
      Library library, Function<String, Optional<String>> started, Consumer<String> told)
      throws BadSettingException, IOException {
    Map<String, String> changed = read(library);
    try {
      return new LiveSettings(library, started, changed, settings(started, changed));
    } catch (BadSettingException e) {
      Settings plain = settings(started, Map.of());
      told.accept(
          "what was changed in earlier runs is left out: "
              + library.folder().resolve(KEPT)
              + ": "
              + e.getMessage());
      return new LiveSettings(library, started, Map.of(), plain);
    }
  }

  private static Map<String, String> read(Library library) throws IOException {
    Properties lines = new Properties();
    try (var text = new StringReader(new String(library.note(KEPT).orElse(new byte[0]), UTF_8))) {
      lines.load(text);
    } catch (IllegalArgumentException e) {
      return Map.of("?", "a line of it is broken");
    }
    Map<String, String> values = new HashMap<>();
    lines.stringPropertyNames().forEach(name -> values.put(name, lines.getProperty(name)));
    return values;
  }

  private static Settings settings(
      Function<String, Optional<String>> started, Map<String, String> changed)
      throws BadSettingException {
    AgentKeys.ALL.refuseUnknown(changed.keySet(), "changed");
    return Settings.read(
        AgentKeys.ALL,
        name -> Optional.ofNullable(changed.get(name)).or(() -> started.apply(name)));
  }

  /** The values of now. Immutable. */
  public Settings now() {
    return now;
  }

  /** Somebody who hears of them now, and of each change, one after another. */
  public synchronized void follow(Consumer<Settings> follower) {
    followers.add(follower);
    follower.accept(now);
  }

  /**
   * Changes some.
   *
   * @param values texts by key
   * @throws Refusal if one is not of its key's form; then none has changed
   */
  public synchronized void change(Map<Key<?>, String> values) throws Refusal, IOException {
    Map<String, String> next = new HashMap<>(changed);
    values.forEach((key, text) -> next.put(key.name(), text));
    try {
      Settings read = settings(started, next);
      Properties lines = new Properties();
      lines.putAll(next);
      var text = new StringWriter();
      lines.store(text, "What was changed while the agent ran; it goes before its configuration.");
      library.keepNote(KEPT, text.toString().getBytes(UTF_8));
      changed = next;
      now = read;
      followers.forEach(follower -> follower.accept(read));
    } catch (BadSettingException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }
}
