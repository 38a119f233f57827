package dev.skep.tracker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  @Test
  void theDefaultFileSetsEveryKeyToItsDefault() throws IOException, BadSettingException {
    var file = new Properties();
    file.load(new StringReader(Documentation.defaultFile()));
    Settings.refuseUnknown(file.stringPropertyNames(), "the default file");
    Settings read = Settings.read(name -> Optional.ofNullable(file.getProperty(name)));
    for (Key<?> key : Keys.all()) {
      assertThat(file).containsKey(key.name());
      assertThat((Object) read.get(key)).isEqualTo(Settings.defaults().get(key));
    }
  }

  @Test
  void thePageInTheDocumentsIsTheListOfKeys() throws IOException {
    Path made = Path.of("target", "configuration.md");
    Files.createDirectories(made.getParent());
    Files.writeString(made, Documentation.page());
    assertThat(Path.of("..", "docs", "configuration.md"))
        .as("docs/configuration.md; copy tracker-server/target/configuration.md over it")
        .hasContent(Documentation.page());
  }
}
