package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.control.PasswordHash;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the agent as a service, or asks a running one; each method is a command. */
@Command(
    name = "agent",
    description = "Runs the agent as a service, or asks and controls a running one.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A torrent is named by its number in 'skep agent list', its name, or its info-hash.",
      "",
      "Example: skep agent add disk.torrent -d /srv/images",
    })
public final class AgentCommand extends AgentQueries {
  static final String TORRENT = "Its number, name or info-hash.";
  static final String TORRENTS = "Numbers, names or info-hashes.";
  private static final long MOST_TORRENT_BYTES = 16 << 20;

  private AgentCommand(Terminal terminal) {
    super(terminal);
  }

  /**
   * The command with those below it.
   *
   * @param justRun whether only {@code run} is needed: to look at the others takes longer than the
   *     service takes to start
   */
  public static Object spec(Terminal terminal, boolean justRun) {
    CommandSpec spec =
        justRun ? CommandSpec.create() : CommandSpec.forAnnotatedObject(new AgentCommand(terminal));
    if (!justRun) {
      spec.addSubcommand("top", CommandSpec.forAnnotatedObject(new AgentTop(terminal)));
      spec.addSubcommand("install", CommandSpec.forAnnotatedObject(new AgentInstall(terminal)));
      spec.addSubcommand(
          "uninstall", CommandSpec.forAnnotatedObject(new AgentInstall.Undo(terminal)));
    }
    spec.addSubcommand("run", CommandSpec.forAnnotatedObject(new AgentRun(terminal)));
    return spec;
  }

  // ---- Adding ----

  @Command(
      description = "Adds torrents: .torrent files, their URLs, or magnet links.",
      footer = {"", "Example: skep agent add disk.torrent -d /srv/images --label images"})
  int add(
      @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "File, URL or magnet link.")
          List<String> sources,
      @Option(
              names = {"-d", "--dir"},
              paramLabel = "DIR",
              description =
                  "Folder on the agent's machine to put the data in. Default: the agent's own.")
          @Nullable Path folder,
      @Option(names = "--label", paramLabel = "L", description = "A label. May be repeated.")
          @Nullable List<String> labels,
      @Option(names = "--paused", description = "Do not begin yet.") boolean paused,
      @Mixin AgentAccess agent,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    AgentApi api = agent.api(terminal);
    JsonArrayBuilder added = Json.createArrayBuilder();
    for (String source : sources) {
      JsonObjectBuilder params = source(source);
      if (folder != null) {
        params.add("download_dir", folder.toAbsolutePath().normalize().toString());
      }
      if (labels != null) {
        params.add("labels", Json.createArrayBuilder(labels));
      }
      if (paused) {
        params.add("paused", true);
      }
      JsonObject result = api.call("torrent_add", params.build());
      boolean isNew = result.containsKey("torrent_added");
      JsonObject torrent = result.getJsonObject(isNew ? "torrent_added" : "torrent_duplicate");
      added.add(Json.createObjectBuilder(torrent).add("new", isNew));
      if (!json.isOn()) {
        terminal
            .out()
            .println(
                (isNew ? "added " : "is there already: ")
                    + Text.printable(torrent.getString("name"))
                    + " (number "
                    + torrent.getInt("id")
                    + ")");
      }
    }
    if (json.isOn()) {
      JsonOption.print(terminal, Json.createObjectBuilder().add("torrents", added).build());
    }
    return 0;
  }

  /** A file lies here, and the agent may be elsewhere: its bytes are sent. */
  private static JsonObjectBuilder source(String source) throws Failure, IOException {
    JsonObjectBuilder params = Json.createObjectBuilder();
    if (source.startsWith("magnet:") || source.matches("(?i)https?://.*|[0-9a-f]{40}")) {
      return params.add("filename", source);
    }
    Path file = Path.of(source);
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_TORRENT_BYTES) {
      throw new Failure(source + " is no .torrent file");
    }
    return params.add("metainfo", Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
  }

  // ---- Acting ----

  @Command(
      description = "Pauses torrents, or the whole agent.",
      footer = {
        "",
        "Examples: skep agent pause disk.img",
        "          skep agent pause --everything"
      })
  int pause(
      @Mixin Several several,
      @Option(
              names = "--everything",
              description =
                  "Nothing moves until 'resume --everything'; what is paused stays so then.")
          boolean whole,
      @Mixin AgentAccess agent)
      throws Failure, WrongUsage {
    if (whole) {
      return several.pauseAgent(agent.api(terminal), true);
    }
    return several.call(agent.api(terminal), "torrent_stop", Json.createObjectBuilder());
  }

  @Command(
      description = "Goes on with torrents that are paused.",
      footer = {"", "Example: skep agent resume --all"})
  int resume(
      @Mixin Several several,
      @Mixin AgentAccess agent,
      @Option(names = "--now", description = "Before all that wait for their turn.") boolean now,
      @Option(names = "--everything", description = "The whole agent, after 'pause --everything'.")
          boolean whole)
      throws Failure, WrongUsage {
    if (whole) {
      return several.pauseAgent(agent.api(terminal), false);
    }
    String method = now ? "torrent_start_now" : "torrent_start";
    return several.call(agent.api(terminal), method, Json.createObjectBuilder());
  }

  @Command(
      description = "Reads all data of torrents again.",
      footer = {"", "Example: skep agent verify disk.img"})
  int verify(@Mixin Several several, @Mixin AgentAccess agent) throws Failure, WrongUsage {
    return several.call(agent.api(terminal), "torrent_verify", Json.createObjectBuilder());
  }

  @Command(
      description = "Forgets torrents; their data stays unless told otherwise.",
      footer = {"", "Example: skep agent remove disk.img"})
  int remove(
      @Mixin Several several,
      @Option(names = "--delete-data", description = "Delete the downloaded files too.")
          boolean deleteData,
      @Mixin AgentAccess agent)
      throws Failure, WrongUsage {
    return several.call(
        agent.api(terminal),
        "torrent_remove",
        Json.createObjectBuilder().add("delete_local_data", deleteData));
  }

  @Command(
      description = "Moves the data of a torrent to another folder of the agent's machine.",
      footer = {"", "Example: skep agent move disk.img /srv/images"})
  int move(
      @Parameters(index = "0", paramLabel = "TORRENT", description = TORRENT) String meant,
      @Parameters(index = "1", paramLabel = "DIR", description = "The folder; made if missing.")
          Path folder,
      @Option(
              names = "--there-already",
              description = "Move nothing: the data lies in the folder already.")
          boolean thereAlready,
      @Mixin AgentAccess agent)
      throws Failure, WrongUsage {
    AgentApi api = agent.api(terminal);
    api.call(
        "torrent_set_location",
        Json.createObjectBuilder()
            .add("ids", Json.createArrayBuilder(api.ids(List.of(meant))))
            .add("location", folder.toAbsolutePath().normalize().toString())
            .add("move", !thereAlready)
            .build());
    return 0;
  }

  @Command(
      description = "Limits the rates of one torrent, of all with a label, or of all together.",
      footer = {
        "",
        "Example: skep agent limit --up 10MiB/s",
        "         skep agent limit 3 --down none",
        "         skep agent limit --label images --down 5MiB/s"
      })
  int limit(
      @Parameters(arity = "0..1", paramLabel = "TORRENT", description = TORRENT + " Default: all.")
          @Nullable String meant,
      @Option(
              names = "--label",
              paramLabel = "LABEL",
              description = "All torrents with this label together.")
          @Nullable String label,
      @Option(names = "--down", paramLabel = "RATE", description = "Such as 10MiB/s, or none.")
          @Nullable String down,
      @Option(names = "--up", paramLabel = "RATE", description = "Such as 10MiB/s, or none.")
          @Nullable String up,
      @Mixin AgentAccess agent)
      throws Failure, WrongUsage {
    if (down == null && up == null) {
      throw new WrongUsage("give --down, --up or both");
    }
    AgentApi api = agent.api(terminal);
    JsonObjectBuilder params = Json.createObjectBuilder();
    if (label != null) {
      if (meant != null) {
        throw new WrongUsage("give a torrent or --label, not both");
      }
      params.add("skep_label", label);
      labelLimit(params, "skep_label_down", down);
      labelLimit(params, "skep_label_up", up);
      api.call("session_set", params.build());
      return 0;
    }
    String way = meant == null ? "speed_limit_%s" : "%sload_limit";
    if (meant != null) {
      params.add("ids", Json.createArrayBuilder(api.ids(List.of(meant))));
    }
    limit(params, way.formatted("down"), meant == null ? "_enabled" : "ed", down);
    limit(params, way.formatted("up"), meant == null ? "_enabled" : "ed", up);
    api.call(meant == null ? "session_set" : "torrent_set", params.build());
    return 0;
  }

  private static void labelLimit(JsonObjectBuilder params, String name, @Nullable String rate)
      throws WrongUsage {
    if (rate != null) {
      params.add(name, rate.equals("none") ? 0 : bytes(rate));
    }
  }

  private static long bytes(String rate) throws WrongUsage {
    try {
      return ByteRate.parse(rate).bytesPerSecond();
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private static void limit(
      JsonObjectBuilder params, String name, String enabled, @Nullable String rate)
      throws WrongUsage {
    if (rate == null) {
      return;
    }
    params.add(name + enabled, !rate.equals("none"));
    if (!rate.equals("none")) {
      params.add(name, Math.max(1, bytes(rate) / 1000));
    }
  }

  @Command(
      description = "Changes which events are logged: these and more important ones.",
      footer = {"", "Example: skep agent log debug"})
  int log(
      @Parameters(paramLabel = "debug|info|warning|error", description = "From which on.")
          String level,
      @Mixin AgentAccess agent)
      throws Failure, WrongUsage {
    if (!level.matches("debug|info|warning|error")) {
      throw new WrongUsage("'" + level + "' is none of debug, info, warning, error");
    }
    agent
        .api(terminal)
        .call("session_set", Json.createObjectBuilder().add("skep_log_level", level).build());
    return 0;
  }

  @Command(
      description = "Says which files of a torrent are wanted, and which come first.",
      footer = {"", "Example: skep agent priority disk.img --skip 2-5 --high 1"})
  int priority(
      @Parameters(paramLabel = "TORRENT", description = TORRENT) String meant,
      @Option(
              names = "--high",
              paramLabel = "FILES",
              description = "Numbers such as 1,3-5, or all.")
          @Nullable String high,
      @Option(names = "--normal", paramLabel = "FILES", description = "The same.")
          @Nullable String normal,
      @Option(names = "--low", paramLabel = "FILES", description = "The same.")
          @Nullable String low,
      @Option(names = "--skip", paramLabel = "FILES", description = "Not wanted.")
          @Nullable String skip,
      @Option(names = "--want", paramLabel = "FILES", description = "Wanted after all.")
          @Nullable String want,
      @Mixin AgentAccess agent)
      throws Failure, WrongUsage {
    AgentApi api = agent.api(terminal);
    JsonObjectBuilder params =
        Json.createObjectBuilder().add("ids", Json.createArrayBuilder(api.ids(List.of(meant))));
    AgentWords.files(params, "priority_high", high);
    AgentWords.files(params, "priority_normal", normal);
    AgentWords.files(params, "priority_low", low);
    AgentWords.files(params, "files_unwanted", skip);
    AgentWords.files(params, "files_wanted", want);
    api.call("torrent_set", params.build());
    return 0;
  }

  @Command(
      description = "Ends an agent.",
      footer = {"", "Example: skep agent stop"})
  int stop(@Mixin AgentAccess agent) throws Failure, WrongUsage {
    agent.api(terminal).call("session_close", JsonValue.EMPTY_JSON_OBJECT);
    return 0;
  }

  @Command(
      description = "Reads a password from stdin and prints what an agent keeps of it.",
      footer = {
        "",
        "Example: skep agent password < password.txt",
        "Set skep.agent.rpc.password to what it prints."
      })
  int password() throws Failure, IOException {
    var in = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
    String line = in.readLine();
    if (line == null || line.isEmpty()) {
      throw new Failure("no password was given; write it to stdin, in one line");
    }
    terminal.out().println(PasswordHash.of(line.toCharArray()));
    return 0;
  }

  // ---- Common ----

  /** The torrents that a command is for. */
  static final class Several {
    @Parameters(arity = "0..*", paramLabel = "TORRENT", description = TORRENTS)
    private List<String> meant = List.of();

    @Option(names = "--all", description = "All torrents.")
    private boolean all;

    int pauseAgent(AgentApi api, boolean paused) throws Failure, WrongUsage {
      if (all || !meant.isEmpty()) {
        throw new WrongUsage("--everything is for no single torrents");
      }
      api.call("session_set", Json.createObjectBuilder().add("skep_paused", paused).build());
      return 0;
    }

    int call(AgentApi api, String method, JsonObjectBuilder params) throws Failure, WrongUsage {
      if (all != meant.isEmpty()) {
        throw new WrongUsage("name torrents, or give --all");
      }
      if (!all) {
        params.add("ids", Json.createArrayBuilder(api.ids(meant)));
      }
      api.call(method, params.build());
      return 0;
    }
  }
}
