package dev.skep.agent.cli;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs, asks and administers trackers; each method is a command. */
@Command(
    name = "tracker",
    description = "Runs a tracker, or asks and administers a running one.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A tracker made its admin token at its first start. Where it runs, commands of the same user"
          + " find it in its data folder (skep-data, or --data DIR); elsewhere give --token-file"
          + " FILE or SKEP_ADMIN_TOKEN.",
      "",
      "Example: skep tracker list --tracker http://tracker.lan:6969",
    })
final class TrackerCommand {
  private static final String NAME = "Name in the catalogue, or info-hash.";

  private final Terminal terminal;

  TrackerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** With the commands that have classes of their own. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new TrackerCommand(terminal))
        .addSubcommand("publish", new PublishCommand(terminal))
        .addSubcommand("allow", new AllowCommand(terminal))
        .addSubcommand("deny", new DenyCommand(terminal))
        .addSubcommand("mode", new ModeCommand(terminal))
        .addSubcommand("passkey", new PasskeyCommand(terminal))
        .addSubcommand("token", new TokenCommand(terminal))
        .addSubcommand("export", new ExportCommand(terminal))
        .addSubcommand("import", new ImportCommand(terminal));
  }

  // For lists of commands, completion and pages: the launcher starts another program for this
  // one, whose options these are.
  @Command(
      description = "Runs a tracker until it is stopped.",
      footer = {"", "Example: skep tracker run --port 6969"})
  int run(
      @Option(
              names = "--config",
              paramLabel = "FILE",
              description = "Properties file; see --print-config.")
          @Nullable Path config,
      @Option(
              names = "--port",
              paramLabel = "N",
              description = "TCP port, and UDP port if --udp-port is not given (default: 6969).")
          @Nullable String port,
      @Option(names = "--udp-port", paramLabel = "N", description = "UDP port.")
          @Nullable String udpPort,
      @Option(
              names = "--bind",
              paramLabel = "ADDR",
              description = "Address to listen on (default: all of this machine's).")
          @Nullable String bind,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "Folder of what must survive a restart (default: skep-data).")
          @Nullable Path data,
      @Option(
              names = "--print-config",
              description = "Print a file with every key at its default, and exit.")
          boolean printConfig) {
    terminal.say("a tracker is started by the launcher; run bin/skep tracker run");
    return 1;
  }

  @Command(
      description = "Lists a tracker's torrents and how many peers have them.",
      footer = {"", "Example: skep tracker list --tracker http://tracker.lan:6969"})
  int list(
      @Option(
              names = "--label",
              paramLabel = "LABEL",
              description = "Only published torrents with this label, the latest first.")
          @Nullable String label,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    List<JsonObject> torrents = tracker.api(terminal).torrents(Optional.ofNullable(label));
    if (json.isOn()) {
      return print("torrents", torrents);
    }
    if (torrents.isEmpty()) {
      terminal.say("no torrents");
      return 0;
    }
    var table = new Table("name", " size", " seeders", " leechers", " completed", "info-hash");
    for (JsonObject torrent : torrents) {
      table.row(
          torrent.getString("name", "-"),
          size(torrent, "totalBytes"),
          count(torrent, "seeders"),
          count(torrent, "leechers"),
          count(torrent, "completed"),
          torrent.getString("infoHash", "-"));
    }
    table.lines().forEach(terminal.out()::println);
    return 0;
  }

  @Command(
      description = "Shows the tracker itself: version, time running, counts.",
      footer = {"", "Example: skep tracker details --tracker http://tracker.lan:6969"})
  int details(@Mixin TrackerAccess tracker, @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    TrackerApi api = tracker.api(terminal);
    JsonObject stats = api.stats();
    if (json.isOn()) {
      JsonOption.print(terminal, stats);
      return 0;
    }
    terminal.out().println(TorrentText.line("tracker", api.base().toString()));
    stats.forEach((name, value) -> fact(name, value));
    return 0;
  }

  @Command(
      description = "Shows one torrent of a tracker.",
      footer = {"", "Example: skep tracker info disk.img --tracker http://tracker.lan:6969"})
  int info(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    JsonObject torrent = tracker.api(terminal).torrent(name);
    if (json.isOn()) {
      JsonOption.print(terminal, torrent);
    } else {
      torrent.forEach((member, value) -> fact(member, value));
    }
    return 0;
  }

  @Command(
      description = "Lists the peers of one torrent, or of all.",
      footer = {"", "Example: skep tracker peers disk.img --tracker http://tracker.lan:6969"})
  int peers(
      @Parameters(paramLabel = "NAME", arity = "0..1", description = NAME) @Nullable String name,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    TrackerApi api = tracker.api(terminal);
    Optional<String> infoHash =
        name == null ? Optional.empty() : Optional.of(api.torrent(name).getString("infoHash"));
    List<JsonObject> peers = api.peers(infoHash);
    if (json.isOn()) {
      return print("peers", peers);
    }
    if (peers.isEmpty()) {
      terminal.say("no peers");
      return 0;
    }
    var table =
        new Table(
            "address", " port", "role", " down", " up", " left", " idle", "client", "torrent");
    for (JsonObject peer : peers) {
      table.row(
          peer.getString("address", "-"),
          Integer.toString(peer.getInt("port", 0)),
          peer.getBoolean("seeder", false) ? "seeder" : "leecher",
          size(peer, "downloadedBytes"),
          size(peer, "uploadedBytes"),
          size(peer, "leftBytes"),
          TimeSpan.format(Duration.ofSeconds(peer.getInt("idleSeconds", 0))),
          peer.getString("client", "-"),
          peer.getString("name", peer.getString("infoHash", name == null ? "-" : name)));
    }
    table.lines().forEach(terminal.out()::println);
    return 0;
  }

  @Command(
      description = "Takes a torrent out of a tracker's catalogue; no peer's data is touched.",
      footer = {"", "Example: skep tracker remove disk.img --tracker http://tracker.lan:6969"})
  int remove(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Mixin TrackerAccess tracker)
      throws Failure, WrongUsage, IOException {
    TrackerApi api = tracker.api(terminal);
    String infoHash = api.onlyInfoHash(name);
    api.remove(infoHash);
    terminal.out().println("removed " + infoHash + " " + Text.printable(name));
    return 0;
  }

  @Command(
      description = "Ends a running tracker.",
      footer = {"", "Example: skep tracker stop --tracker http://localhost:6969"})
  int stop(@Mixin TrackerAccess tracker) throws Failure, WrongUsage, IOException {
    TrackerApi api = tracker.api(terminal);
    api.stop();
    terminal.out().println("stopped " + api.base());
    return 0;
  }

  private int print(String member, List<JsonObject> rows) {
    var array = Json.createArrayBuilder();
    rows.forEach(array::add);
    JsonOption.print(
        terminal, Json.createObjectBuilder().add("total", rows.size()).add(member, array).build());
    return 0;
  }

  /** A member of an answer in words; the tracker may know more than this agent does. */
  private void fact(String member, JsonValue value) {
    String shown =
        switch (value) {
          case JsonString text -> Text.printable(text.getString());
          case JsonNumber bytes when member.endsWith("Bytes") -> ByteSize.format(bytes.longValue());
          case JsonNumber seconds when member.endsWith("Seconds") ->
              TimeSpan.format(Duration.ofSeconds(seconds.longValue()));
          case JsonNumber number when number.isIntegral() -> Numbers.grouped(number.longValue());
          case JsonArray list -> Numbers.count(list.size(), "entry").replace("entrys", "entries");
          default -> value.toString();
        };
    String words = member.replaceAll("(Bytes|Seconds)$", "").replaceAll("([A-Z])", " $1");
    terminal.out().println(TorrentText.line(words.toLowerCase(Locale.ROOT), shown));
  }

  private static String count(JsonObject row, String member) {
    return row.get(member) instanceof JsonNumber n ? Numbers.grouped(n.longValue()) : "-";
  }

  private static String size(JsonObject row, String member) {
    return row.get(member) instanceof JsonNumber n ? ByteSize.format(n.longValue()) : "-";
  }
}
