package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.process.Launcher;
import dev.skep.agent.cli.shell.Shell;
import dev.skep.agent.cli.shell.ShellWords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "shell",
    description = {
      "A prompt for all commands, and short words for those about one tracker and one agent, with"
          + " completion and history.",
      "Of a tracker: list, details, info NAME, peers [NAME]. Of the agent, if no tracker is named:"
          + " list, info T, peers T. Of both: fileinfo FILE, peerinfo, send FILE PATH, download"
          + " SOURCE, scrape SOURCE, push FILE --to TARGET. 'exit' or Ctrl-D ends it.",
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  skep shell --tracker http://tracker.lan:6969",
      "  skep shell --agent 127.0.0.1:9091 < commands.txt"
    })
final class ShellCommand implements Callable<Integer> {
  private static final String HISTORY = ".local/state/skep/history";

  private final Terminal terminal;

  @Option(
      names = "--tracker",
      paramLabel = "URL",
      description = "Base URL of the tracker that the words are about. Default: SKEP_TRACKER.")
  private @Nullable String tracker;

  @Option(
      names = "--agent",
      paramLabel = "HOST:PORT",
      description = "The agent that they are about. Default: SKEP_AGENT, or the one here.")
  private @Nullable String agent;

  ShellCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, IOException {
    Map<String, String> environment = new TreeMap<>();
    chosen(tracker, "SKEP_TRACKER").ifPresent(url -> environment.put("SKEP_TRACKER", url));
    chosen(agent, "SKEP_AGENT").ifPresent(at -> environment.put("SKEP_AGENT", at));
    var words = new ShellWords(environment.containsKey("SKEP_TRACKER"));
    var shell = new Shell(terminal, words, Launcher.ofProcess("shell"), environment);
    return shell.run(() -> SkepCommand.allCommands(terminal), history());
  }

  private Optional<String> chosen(@Nullable String typed, String variable) {
    return Optional.ofNullable(typed).or(() -> terminal.variable(variable));
  }

  private Path history() {
    return terminal
        .variable("XDG_STATE_HOME")
        .map(state -> Path.of(state, "skep", "history"))
        .orElse(Path.of(System.getProperty("user.home"), HISTORY));
  }
}
