package dev.skep.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.service.settings.Documentation;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentKeysTest {
  private static final String MADE =
      "<!-- Made from dev.skep.agent.config.AgentKeys; a test compares. -->\n";

  @Test
  void theDefaultsAreThoseOfTheFlags() {
    Settings settings = Settings.defaults(AgentKeys.ALL);
    assertThat(settings.get(AgentKeys.PORT)).isEmpty();
    assertThat(settings.get(AgentKeys.MAX_UP)).isZero();
    assertThat(settings.get(AgentKeys.GIVE_UP)).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aSlipOfThePenInTheEnvironmentIsTold() {
    assertThatThrownBy(
            () ->
                Settings.read(
                    AgentKeys.ALL, Map.of(), Map.of("SKEP_AGENT_MAXUP", "1MiB/s"), Map.of()))
        .hasMessage("environment: unknown key SKEP_AGENT_MAXUP; did you mean SKEP_AGENT_MAX_UP?");
  }

  @Test
  void whatTheTrackerAndTheLauncherReadIsNoMistake() throws Exception {
    Settings.read(
        AgentKeys.ALL,
        Map.of("skep.launcher", "skep", "skep.http.port", "1"),
        Map.of("SKEP_AGENT", "http://host:1", "SKEP_HTTP_PORT", "1", "SKEP_TRACKER", "http://t"),
        Map.of());
  }

  @Test
  void thePageInTheDocumentsHasTheListOfKeys() throws IOException {
    String made = Documentation.tables(AgentKeys.ALL);
    Files.writeString(Path.of("target", "configuration-agent.md"), made);
    assertThat(Path.of("..", "docs", "configuration.md"))
        .as("docs/configuration.md; its part is in peer-agent/target/configuration-agent.md")
        .content()
        .contains("## The agent\n\n" + MADE + made);
  }
}
