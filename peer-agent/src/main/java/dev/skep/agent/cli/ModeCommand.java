package dev.skep.agent.cli;

import dev.skep.agent.catalogue.AccessApi;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "mode",
    description =
        "Opens a tracker to everybody or to fewer, from now on; without a mode, shows which holds.",
    sortOptions = false,
    footer = {
      "",
      "open                everybody may announce everything",
      "registered          only what is in the catalogue or on the allow list",
      "private             only who has a passkey",
      "private-registered  both",
      "configured          as the tracker's configuration says",
      "",
      "Example: skep tracker mode private",
    })
final class ModeCommand implements Callable<Integer> {
  private static final String CONFIGURED = "configured";

  private final Terminal terminal;

  @Parameters(arity = "0..1", paramLabel = "MODE", description = "One of those below.")
  private @Nullable String mode;

  @Mixin private TrackerAccess tracker = new TrackerAccess();
  @Mixin private JsonOption json = new JsonOption();

  ModeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    AccessApi api = tracker.api(terminal).access();
    if (mode != null) {
      api.setMode(mode.equals(CONFIGURED) ? Optional.empty() : Optional.of(mode));
    }
    JsonObject now = api.mode();
    if (json.isOn()) {
      JsonOption.print(terminal, now);
    } else {
      String word = Text.printable(now.getString("mode", "-"));
      terminal.out().println(word + ", as its " + whence(now.getString("from", "-")));
    }
    return 0;
  }

  private static String whence(String from) {
    return switch (from) {
      case "api" -> "administrator set it";
      case "file" -> "file of lists says";
      default -> "configuration says";
    };
  }
}
