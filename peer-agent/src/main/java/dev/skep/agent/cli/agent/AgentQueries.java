package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The commands below {@code agent} that ask a running one how things stand; each method is one. */
@Command
abstract sealed class AgentQueries permits AgentCommand {
  private static final List<String> LIST_FIELDS =
      List.of(
          "id",
          "name",
          "hash_string",
          "status",
          "percent_done",
          "size_when_done",
          "rate_download",
          "rate_upload",
          "peers_connected",
          "upload_ratio",
          "eta",
          "queue_position",
          "labels",
          "error",
          "error_string");

  private static final List<String> SHOW_FIELDS =
      List.of(
          "id",
          "name",
          "hash_string",
          "status",
          "percent_done",
          "left_until_done",
          "size_when_done",
          "total_size",
          "piece_count",
          "piece_size",
          "download_dir",
          "labels",
          "rate_download",
          "rate_upload",
          "eta",
          "downloaded_ever",
          "uploaded_ever",
          "upload_ratio",
          "corrupt_ever",
          "download_limit",
          "download_limited",
          "upload_limit",
          "upload_limited",
          "seed_ratio_limit",
          "seed_ratio_mode",
          "queue_position",
          "peers_connected",
          "added_date",
          "done_date",
          "activity_date",
          "seconds_downloading",
          "seconds_seeding",
          "is_private",
          "comment",
          "creator",
          "tracker_stats",
          "error",
          "error_string",
          "magnet_link");

  final Terminal terminal;

  AgentQueries(Terminal terminal) {
    this.terminal = terminal;
  }

  @Command(
      description = "Lists the torrents of an agent.",
      footer = {"", "Example: skep agent list"})
  int list(@Mixin AgentAccess agent, @Mixin JsonOption json) throws Failure, WrongUsage {
    List<JsonObject> torrents = agent.api(terminal).torrents(LIST_FIELDS, Optional.empty());
    if (json.isOn()) {
      return print("torrents", torrents);
    }
    if (torrents.isEmpty()) {
      terminal.say("no torrents; skep agent add FILE adds one");
      return 0;
    }
    var table =
        new Table(" nr", "name", " size", " done", "state", " down", " up", " peers", " ratio");
    for (JsonObject torrent : torrents) {
      table.row(
          String.valueOf(torrent.getInt("id")),
          torrent.getString("name"),
          ByteSize.format(number(torrent, "size_when_done")),
          Math.round(Math.floor(100 * real(torrent, "percent_done"))) + " %",
          AgentWords.state(torrent),
          AgentWords.rate(number(torrent, "rate_download")),
          AgentWords.rate(number(torrent, "rate_upload")),
          String.valueOf(number(torrent, "peers_connected")),
          AgentWords.ratio(real(torrent, "upload_ratio")));
    }
    table.lines().forEach(terminal.out()::println);
    return 0;
  }

  @Command(
      description = "Shows one torrent of an agent.",
      footer = {"", "Example: skep agent show disk.img"})
  int show(
      @Parameters(paramLabel = "TORRENT", description = AgentCommand.TORRENT) String meant,
      @Mixin AgentAccess agent,
      @Mixin JsonOption json)
      throws Failure, WrongUsage {
    JsonObject torrent = one(agent, meant, SHOW_FIELDS);
    if (json.isOn()) {
      JsonOption.print(terminal, torrent);
    } else {
      AgentWords.facts(torrent, Instant.now()).forEach((name, value) -> fact(name, value));
    }
    return 0;
  }

  @Command(
      description = "Lists the peers of one torrent, and its web servers.",
      footer = {"", "Example: skep agent peers disk.img"})
  int peers(
      @Parameters(paramLabel = "TORRENT", description = AgentCommand.TORRENT) String meant,
      @Mixin AgentAccess agent,
      @Mixin JsonOption json)
      throws Failure, WrongUsage {
    JsonObject torrent = one(agent, meant, List.of("peers", "skep_web_seeds"));
    List<JsonObject> peers = torrent.getJsonArray("peers").getValuesAs(JsonObject.class);
    List<JsonObject> servers = torrent.getJsonArray("skep_web_seeds").getValuesAs(JsonObject.class);
    if (json.isOn()) {
      JsonOption.print(
          terminal,
          Json.createObjectBuilder()
              .add("peers", Json.createArrayBuilder(peers))
              .add("webSeeds", Json.createArrayBuilder(servers))
              .build());
      return 0;
    }
    servers.stream().map(AgentWords::webServer).forEach(terminal.out()::println);
    if (peers.isEmpty()) {
      terminal.say("no peers");
      return 0;
    }
    var table = new Table("address", "client", " has", " down", " up", "flags", "found by");
    for (JsonObject peer : peers) {
      table.row(
          peer.getString("address") + " " + peer.getInt("port"),
          peer.getString("client_name"),
          Math.round(Math.floor(100 * real(peer, "progress"))) + " %",
          AgentWords.rate(number(peer, "rate_to_client")),
          AgentWords.rate(number(peer, "rate_to_peer")),
          peer.getString("flag_str"),
          peer.getJsonArray("skep_sources").getValuesAs(JsonString::getString).stream()
              .collect(Collectors.joining(", ")));
    }
    table.lines().forEach(terminal.out()::println);
    return 0;
  }

  @Command(
      description = "Lists the files of one torrent.",
      footer = {"", "Example: skep agent files disk.img"})
  int files(
      @Parameters(paramLabel = "TORRENT", description = AgentCommand.TORRENT) String meant,
      @Mixin AgentAccess agent,
      @Mixin JsonOption json)
      throws Failure, WrongUsage {
    JsonObject torrent = one(agent, meant, List.of("files", "file_stats"));
    List<JsonObject> files = torrent.getJsonArray("files").getValuesAs(JsonObject.class);
    List<JsonObject> stats = torrent.getJsonArray("file_stats").getValuesAs(JsonObject.class);
    if (json.isOn()) {
      JsonOption.print(terminal, torrent);
      return 0;
    }
    var table = new Table(" nr", " size", " done", "wanted", "file");
    for (int i = 0; i < files.size(); i++) {
      long length = number(files.get(i), "length");
      long done = number(files.get(i), "bytes_completed");
      table.row(
          String.valueOf(i + 1),
          ByteSize.format(length),
          (length == 0 ? 100 : 100 * done / length) + " %",
          AgentWords.wish(stats.get(i)),
          files.get(i).getString("name"));
    }
    table.lines().forEach(terminal.out()::println);
    return 0;
  }

  @Command(
      description = "Says what limits torrents now.",
      footer = {"", "Example: skep agent doctor disk.img"})
  int doctor(
      @Parameters(
              arity = "0..*",
              paramLabel = "TORRENT",
              description = AgentCommand.TORRENTS + " Default: all.")
          @Nullable List<String> meant,
      @Mixin AgentAccess agent,
      @Mixin JsonOption json)
      throws Failure, WrongUsage {
    AgentApi api = agent.api(terminal);
    JsonObjectBuilder params = Json.createObjectBuilder();
    if (meant != null && !meant.isEmpty()) {
      params.add("ids", Json.createArrayBuilder(api.ids(meant)));
    }
    JsonObject result = api.call("skep_doctor", params.build());
    if (json.isOn()) {
      JsonOption.print(terminal, result);
      return 0;
    }
    for (JsonObject torrent : result.getJsonArray("torrents").getValuesAs(JsonObject.class)) {
      String line = torrent.getString("name") + ": " + torrent.getString("sentence");
      terminal.out().println(Text.printable(line));
    }
    return 0;
  }

  private JsonObject one(AgentAccess agent, String meant, List<String> fields)
      throws Failure, WrongUsage {
    AgentApi api = agent.api(terminal);
    return api.torrents(fields, Optional.of(api.ids(List.of(meant)))).stream()
        .findFirst()
        .orElseThrow(() -> new Failure(meant + " was just removed"));
  }

  private int print(String member, List<JsonObject> values) {
    JsonOption.print(
        terminal, Json.createObjectBuilder().add(member, Json.createArrayBuilder(values)).build());
    return 0;
  }

  private void fact(String name, String value) {
    terminal.out().println("%-12s %s".formatted(name, Text.printable(value)));
  }

  private static long number(JsonObject of, String name) {
    return of.getJsonNumber(name).longValue();
  }

  private static double real(JsonObject of, String name) {
    return of.getJsonNumber(name).doubleValue();
  }
}
