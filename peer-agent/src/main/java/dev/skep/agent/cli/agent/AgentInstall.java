package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.cli.process.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what tells systemd or launchd to run an agent; starts nothing itself. */
@Command(
    name = "install",
    description = "Has this machine's systemd or launchd run an agent.",
    footer = {
      "",
      "Writes one file and says which commands begin it.",
      "",
      "Example: skep agent install --user",
    })
final class AgentInstall implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private Whose whose = new Whose();

  @Option(names = "--config", paramLabel = "FILE", description = "The agent's properties file.")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The agent's folder. Default: its own.")
  private @Nullable Path data;

  AgentInstall(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    List<String> command =
        new ArrayList<>(Launcher.ofProcess("agent install").command("agent", "run"));
    Path folder = data == null && whose.isSystem() ? Path.of(ServiceFile.SYSTEM_DATA) : data;
    if (folder != null) {
      command.addAll(List.of("--data", folder.toAbsolutePath().normalize().toString()));
    }
    if (config != null) {
      command.addAll(List.of("--config", config.toAbsolutePath().normalize().toString()));
    }
    ServiceFile file = whose.file(command);
    if (Files.exists(file.path()) && !file.isOurs()) {
      throw new Failure(file.path() + " is there already and not ours; move it away first");
    }
    Files.createDirectories(Objects.requireNonNull(file.path().getParent()));
    Files.writeString(file.path(), file.text());
    terminal.say("wrote " + file.path() + "; to begin:");
    file.begin().forEach(terminal.out()::println);
    return 0;
  }

  /** Deletes what the other wrote. */
  @Command(
      name = "uninstall",
      description = "Deletes what 'skep agent install' wrote; torrents and data stay.",
      footer = {"", "Example: skep agent uninstall --user"})
  static final class Undo implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private Whose whose = new Whose();

    Undo(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, WrongUsage, IOException {
      ServiceFile file = whose.file(List.of());
      if (!Files.exists(file.path())) {
        throw new Failure("nothing is installed: there is no " + file.path());
      }
      if (!file.isOurs()) {
        throw new Failure(file.path() + " is not ours, and is left alone");
      }
      Files.delete(file.path());
      terminal.say("deleted " + file.path() + "; to end what runs:");
      file.end().forEach(terminal.out()::println);
      return 0;
    }
  }

  /** For whom it is. */
  static final class Whose {
    @Option(names = "--user", description = "For this user alone. The default.")
    private boolean user;

    @Option(
        names = "--system",
        description = "For the machine, as a user of its own; needs root and systemd.")
    private boolean system;

    boolean isSystem() {
      return system;
    }

    ServiceFile file(List<String> command) throws WrongUsage {
      if (user && system) {
        throw new WrongUsage("give one of --user and --system");
      }
      if (system) {
        return ServiceFile.ofSystem(command);
      }
      Path home = Path.of(System.getProperty("user.home"));
      return System.getProperty("os.name").startsWith("Mac")
          ? ServiceFile.ofMac(home, command)
          : ServiceFile.ofUser(home, command);
    }
  }
}
