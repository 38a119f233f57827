package dev.skep.tracker;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.service.settings.SettingsFile;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.system.FileLimit;
import io.helidon.config.mp.MpConfigSources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Where settings come from: flags over system properties over environment over file over default.
 *
 * @param config all of it, for the server
 * @param settings the tracker's part, checked
 */
record Configuration(Config config, Settings settings) {
  private static final int FILE_ORDINAL = 200; // the environment has 300, system properties 400
  private static final int FLAGS_ORDINAL = 500;
  private static final int DERIVED_ORDINAL = 600;

  /** How often connections are looked at that may be late. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final int TURNED_AWAY_AT_ONCE = 1000;
  private static final int BEYOND_METAINFO_BYTES = 1 << 20;

  /**
   * Reads everything.
   *
   * @throws BadSettingException if a value is not of its key's form, or a key unknown
   * @throws IOException if the file cannot be read
   */
  static Configuration read(Map<String, String> flags, Optional<Path> file)
      throws BadSettingException, IOException {
    Keys.ALL.refuseUnknownProperties(System.getProperties().stringPropertyNames());
    Keys.ALL.refuseUnknownVariables(System.getenv());
    Map<String, String> fromFile =
        file.isPresent() ? SettingsFile.read(file.get(), Keys.ALL) : Map.of();
    Settings settings = settings(config(flags, fromFile, Map.of()));
    return new Configuration(config(flags, fromFile, derived(settings)), settings);
  }

  /** What the server is told in its own words. */
  private static Map<String, String> derived(Settings settings) throws BadSettingException {
    Duration idle = settings.get(Keys.IDLE_TIMEOUT);
    Duration look = idle.dividedBy(4);
    int most = HttpRoom.of(settings).connections();
    return Map.of(
        "server.port",
        settings.get(Keys.HTTP_PORT).toString(),
        "server.host",
        settings.get(Keys.BIND),
        "server.idle-connection-timeout",
        idle.toString(),
        "server.idle-connection-period",
        (look.compareTo(LOOK) < 0 ? look : LOOK).toString(),
        // What is beyond a route's own limit is read to its end and dropped; this ends that too.
        "server.max-payload-size",
        Long.toString(settings.get(Keys.MAX_METAINFO_BYTES) + BEYOND_METAINFO_BYTES),
        // Room for those that are being turned away; beyond it, the system's queue has to do.
        "server.max-tcp-connections",
        Integer.toString(Math.min(most + TURNED_AWAY_AT_ONCE, FileLimit.room())));
  }

  /** The tracker's part of a configuration. */
  static Settings settings(Config config) throws BadSettingException {
    return Settings.read(Keys.ALL, name -> config.getOptionalValue(name, String.class));
  }

  private static Config config(
      Map<String, String> flags, Map<String, String> file, Map<String, String> derived) {
    return ConfigProviderResolver.instance()
        .getBuilder()
        .addDefaultSources()
        .withSources(
            source("file", FILE_ORDINAL, file),
            source("flags", FLAGS_ORDINAL, flags),
            source("derived", DERIVED_ORDINAL, derived))
        .build();
  }

  private static ConfigSource source(String name, int ordinal, Map<String, String> values) {
    var all = new HashMap<>(values);
    all.put(ConfigSource.CONFIG_ORDINAL, Integer.toString(ordinal));
    return MpConfigSources.create(name, all);
  }
}
