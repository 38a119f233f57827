package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.control.Control;
import dev.skep.agent.follow.Follows;
import dev.skep.agent.library.Library;
import dev.skep.agent.report.Reports;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.LiveSettings;
import dev.skep.agent.service.SessionOpening;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import dev.skep.agent.watch.SeedFolders;
import dev.skep.agent.watch.WatchFolders;
import dev.skep.service.logs.LogFile;
import dev.skep.service.logs.LogLines;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Documentation;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import dev.skep.service.settings.SettingsFile;
import dev.skep.service.supervisor.Supervisor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description =
        "Runs the agent as a service, until stopped: keeps, moves and seeds its torrents.",
    sortOptions = false,
    footer = {
      "",
      "It is controlled at http://127.0.0.1:9091 by the other commands of 'skep agent', and by what"
          + " speaks Transmission's RPC.",
      "",
      "Examples:",
      "  skep agent run",
      "  skep agent run --data /var/lib/skep-agent --config /etc/skep/agent.properties",
      "  skep agent run --print-config > agent.properties"
    })
final class AgentRun implements Callable<Integer> {
  /** Longer than closing takes. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(7);

  private static final Duration AWAKE = Duration.ofHours(1);

  private final Terminal terminal;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file; see --print-config.")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of what must survive a restart. Default: ~/.local/share/skep-agent.")
  private @Nullable String data;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "N",
      description = "TCP port for peers. Default: the first free one from 6881 to 6889, or any.")
  private @Nullable String port;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      description = "Local address for peers. Default: all.")
  private @Nullable String bind;

  @Option(
      names = "--rpc-port",
      paramLabel = "N",
      description = "TCP port of the remote control. Default: 9091.")
  private @Nullable String rpcPort;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      description = "How log lines look. Default: text.")
  private @Nullable String logFormat;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Where log lines are written instead of stderr; it never grows beyond 10 MiB.")
  private @Nullable String logFile;

  @Option(
      names = "--print-config",
      description = "Print a file with every key at its default, and exit.")
  private boolean printConfig;

  AgentRun(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws WrongUsage, IOException, InterruptedException {
    if (printConfig) {
      terminal
          .out()
          .print(
              Documentation.defaultFile(
                  AgentKeys.ALL, "Skep agent", "skep agent run --config FILE"));
      return 0;
    }
    try {
      run(source());
      return 0;
    } catch (BadSettingException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private Function<String, Optional<String>> source() throws BadSettingException, IOException {
    Map<String, String> flags = new HashMap<>();
    set(flags, AgentKeys.DATA_FOLDER, data);
    set(flags, AgentKeys.PORT, port);
    set(flags, AgentKeys.BIND, bind);
    set(flags, AgentKeys.RPC_PORT, rpcPort);
    set(flags, AgentKeys.LOG_FORMAT, logFormat);
    set(flags, AgentKeys.LOG_FILE, logFile);
    Map<String, String> properties = new HashMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      properties.put(name, System.getProperty(name));
    }
    Map<String, String> file = config == null ? Map.of() : SettingsFile.read(config, AgentKeys.ALL);
    Function<String, Optional<String>> others =
        Settings.source(AgentKeys.ALL, properties, terminal.environment(), file);
    return name -> Optional.ofNullable(flags.get(name)).or(() -> others.apply(name));
  }

  private static void set(Map<String, String> flags, Key<?> key, @Nullable String value) {
    if (value != null) {
      flags.put(key.name(), value);
    }
  }

  private void run(Function<String, Optional<String>> source)
      throws BadSettingException, IOException, InterruptedException {
    Settings started = Settings.read(AgentKeys.ALL, source);
    Control.Access access = Control.Access.of(started);
    LogLines lines =
        LogLines.install(
            logTo(started), started.get(AgentKeys.LOG_FORMAT), started.get(AgentKeys.LOG_LEVEL));
    terminal.stop().watch(STOP_GRACE);
    try (Supervisor supervisor =
            Supervisor.of(terminal.environment(), ProcessHandle.current().pid());
        Library library = Library.open(dataFolder(started), terminal::say);
        Agent agent = agent(library, source, set -> lines.from(set.get(AgentKeys.LOG_LEVEL)));
        Control control = Control.open(agent, access, "Skep " + version(), terminal.stop()::ask);
        Arrivals arrivals = new Arrivals()) {
      arrivals.begin(agent);
      String ready =
          "ready on %s, controlled at %s, %d torrents"
              .formatted(
                  agent.session().listening(), url(control.address()), agent.torrents().size());
      terminal.say(ready);
      supervisor.ready(ready, agent::lives);
      while (!terminal.stop().await(AWAKE)) {}
      supervisor.stopping();
    }
  }

  /** What adds torrents by itself. */
  private static final class Arrivals implements AutoCloseable {
    private final List<Runnable> ends = new ArrayList<>();

    void begin(Agent agent) throws BadSettingException, IOException {
      ends.add(Reports.open(agent)::close);
      ends.add(Follows.open(agent)::close);
      ends.add(WatchFolders.open(agent)::close);
      ends.add(SeedFolders.open(agent)::close);
    }

    @Override
    public void close() {
      ends.forEach(Runnable::run);
    }
  }

  /** Open as long as the process runs: its last lines are those of a shutdown. */
  private Consumer<String> logTo(Settings set) throws IOException {
    Optional<Path> file = set.get(AgentKeys.LOG_FILE);
    return file.isEmpty()
        ? terminal.err()::print
        : LogFile.open(
            file.get(),
            set.get(AgentKeys.LOG_FILE_SIZE),
            set.get(AgentKeys.LOG_FILES),
            terminal::say);
  }

  private Agent agent(
      Library library, Function<String, Optional<String>> source, Consumer<Settings> follower)
      throws BadSettingException, IOException {
    LiveSettings settings = LiveSettings.open(library, source, terminal::say);
    settings.follow(follower);
    SessionSettings opened =
        SessionOpening.settings(settings.now(), library.folder().resolve("resume"));
    Session session =
        SessionOpening.open(opened, settings.now().get(AgentKeys.PORT), terminal::say);
    return Agent.open(library, settings, session, opened, InstantSource.system());
  }

  private Path dataFolder(Settings settings) {
    return settings
        .get(AgentKeys.DATA_FOLDER)
        .orElseGet(
            () ->
                terminal
                    .variable("XDG_DATA_HOME")
                    .map(Path::of)
                    .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "share"))
                    .resolve("skep-agent"));
  }

  private static String url(InetSocketAddress at) {
    String host = at.getAddress().getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort() + "/";
  }

  private static String version() {
    String version = AgentRun.class.getPackage().getImplementationVersion();
    return version == null ? "(not packed)" : version;
  }
}
