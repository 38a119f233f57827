package dev.skep.agent.control;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.service.TestAgent;
import dev.skep.service.settings.Settings;
import java.util.Map;
import java.util.Optional;

/** The remote control of an agent, on a free port. */
final class TestControl {
  private TestControl() {}

  static Control open(TestAgent of) throws Exception {
    return open(of, Map.of());
  }

  /** With some settings that are not at their default. */
  static Control open(TestAgent of, Map<String, String> settings) throws Exception {
    Settings set =
        Settings.read(
            AgentKeys.ALL,
            name ->
                Optional.ofNullable(settings.get(name))
                    .or(
                        () ->
                            Optional.of("0").filter(_ -> name.equals(AgentKeys.RPC_PORT.name()))));
    return Control.open(of.agent(), Control.Access.of(set), "Skep test", () -> {});
  }
}
