package dev.skep.service.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** A properties file ({@code key=value} lines) of settings. */
public final class SettingsFile {
  private SettingsFile() {}

  /**
   * Its lines.
   *
   * @throws BadSettingException if it has a key that is not in the list
   * @throws IOException if it cannot be read; the message is one line
   */
  public static Map<String, String> read(Path file, KeyList keys)
      throws BadSettingException, IOException {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new IOException("no such file: " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
    }
    keys.refuseUnknown(properties.stringPropertyNames(), file.toString());
    var values = new HashMap<String, String>();
    properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    return values;
  }
}
