package dev.skep.agent.cli;

import dev.skep.agent.catalogue.AccessApi;
import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code allow} and {@code deny}, which change lists or show them. */
final class ListedWords {
  @Option(
      names = "--torrent",
      paramLabel = "TORRENT",
      description = "An info-hash, or a name in the catalogue. May be repeated, as the next two.")
  private List<String> torrents = List.of();

  @Option(
      names = "--network",
      paramLabel = "BLOCK",
      description = "Addresses, such as 10.9.0.0/16 or 2001:db8::/32, or one of them.")
  private List<String> networks = List.of();

  @Option(
      names = "--client",
      paramLabel = "PREFIX",
      description =
          "How the ids of a client's peers begin, such as -UT35 (BEP 20); 'skep tracker peers'"
              + " shows clients.")
  private List<String> clients = List.of();

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for who reads the list.")
  private String note = "";

  @Option(names = "--remove", description = "Take these off the list instead.")
  private boolean remove;

  @Mixin private TrackerAccess tracker = new TrackerAccess();
  @Mixin private JsonOption json = new JsonOption();

  ListedWords() {}

  /** One entry of one list. */
  private record Entry(String list, String text) {}

  /**
   * Does what was asked for.
   *
   * @param which the lists that are meant, {@code allowed} or {@code denied}
   */
  int run(String which, Terminal terminal) throws Failure, WrongUsage, IOException {
    TrackerApi api = tracker.api(terminal);
    List<Entry> entries = new ArrayList<>();
    for (String torrent : torrents) {
      entries.add(new Entry(which + "-torrents", api.onlyInfoHash(torrent)));
    }
    networks.forEach(block -> entries.add(new Entry(which + "-networks", block)));
    clients.forEach(prefix -> entries.add(new Entry(which + "-clients", prefix)));
    if (entries.isEmpty()) {
      if (remove || !note.isEmpty()) {
        throw new WrongUsage("name what is meant with --torrent, --network or --client");
      }
      return show(which, api.access(), terminal);
    }
    for (Entry entry : entries) {
      if (remove) {
        api.access().remove(entry.list(), entry.text());
        terminal.out().println("off " + entry.list() + ": " + Text.printable(entry.text()));
      } else {
        api.access().put(entry.list(), entry.text(), note);
        terminal.out().println(entry.list() + ": " + Text.printable(entry.text()));
      }
    }
    return 0;
  }

  private int show(String which, AccessApi api, Terminal terminal) throws IOException {
    var document = Json.createObjectBuilder();
    var table = new Table("list", "entry", "where", "note");
    boolean isEmpty = true;
    for (String what : List.of("torrents", "networks", "clients")) {
      List<JsonObject> entries = api.entries(which + "-" + what);
      document.add(what, Json.createArrayBuilder(entries));
      for (JsonObject entry : entries) {
        isEmpty = false;
        table.row(
            which + "-" + what,
            entry.getString("entry", "-"),
            entry.getBoolean("file", false) ? "file" : "here",
            entry.getString("note", ""));
      }
    }
    if (json.isOn()) {
      JsonOption.print(terminal, document.build());
    } else if (isEmpty) {
      terminal.say("nothing is " + which + " in particular");
    } else {
      table.lines().forEach(terminal.out()::println);
    }
    return 0;
  }
}
