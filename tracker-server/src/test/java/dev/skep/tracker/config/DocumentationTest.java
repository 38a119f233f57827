package dev.skep.tracker.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Documentation;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  private static final String TRACKER =
      "<!-- Made from dev.skep.tracker.config.Keys; a test compares. -->\n";

  @Test
  void theDefaultFileSetsEveryKeyToItsDefault() throws IOException, BadSettingException {
    var file = new Properties();
    file.load(new StringReader(Documentation.defaultFile(Keys.ALL, "Skep tracker", "…")));
    Keys.ALL.refuseUnknown(file.stringPropertyNames(), "the default file");
    Settings read = Settings.read(Keys.ALL, name -> Optional.ofNullable(file.getProperty(name)));
    for (Key<?> key : Keys.ALL.all()) {
      assertThat(file).containsKey(key.name());
      assertThat((Object) read.get(key)).isEqualTo(Settings.defaults(Keys.ALL).get(key));
    }
  }

  @Test
  void thePageInTheDocumentsHasTheListOfKeys() throws IOException {
    String made = Documentation.tables(Keys.ALL);
    Files.writeString(Path.of("target", "configuration-tracker.md"), made);
    assertThat(Path.of("..", "docs", "configuration.md"))
        .as("docs/configuration.md; its part is in tracker-server/target/configuration-tracker.md")
        .content()
        .contains("## The tracker\n\n" + TRACKER + made);
  }
}
