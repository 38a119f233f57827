package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.discovery.TrackerClient;
import dev.skep.agent.discovery.TrackerException;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.tracker.ScrapeEntry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scrape",
    description = "Asks a torrent's trackers how many seed it, download it, have downloaded it.",
    footer = {"", "Example: skep scrape disk.torrent"})
final class ScrapeCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final Terminal terminal;

  @Parameters(
      paramLabel = "SOURCE",
      description =
          "A .torrent file, the HTTP URL of one, a magnet link, a name in the catalogue of"
              + " --tracker, or an info-hash (with -t).")
  private String source = "";

  @Option(
      names = {"-t", "--announce"},
      paramLabel = "URL",
      description = "Announce URL to ask besides the torrent's own; commas join several.")
  private List<String> urls = List.of();

  @Mixin private TrackerOption tracker = new TrackerOption();

  @Mixin private JsonOption json = new JsonOption();

  ScrapeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What is asked, and whom. */
  private record Question(InfoHash infoHash, List<String> trackers) {}

  /** What one tracker says. */
  private record Answer(String tracker, ScrapeEntry entry) {}

  @Override
  public Integer call() throws Failure, WrongUsage, IOException, InterruptedException {
    Question question = question();
    if (question.trackers().isEmpty()) {
      throw new Failure(source + ": no tracker is known; name one with -t URL");
    }
    var answers = new ArrayList<Answer>();
    try (var client = new TrackerClient(InetAddress.ofLiteral("0.0.0.0"))) {
      for (String url : question.trackers()) {
        ask(client, url, question.infoHash(), answers);
      }
    }
    if (answers.isEmpty()) {
      throw new Failure("no tracker answered; check the URL, or name another with -t");
    }
    if (json.isOn()) {
      JsonOption.print(terminal, document(question, answers));
    } else {
      table(answers).lines().forEach(terminal.out()::println);
    }
    return 0;
  }

  private Question question() throws Failure, WrongUsage, IOException {
    var trackers = new ArrayList<String>();
    urls.forEach(tier -> trackers.addAll(List.of(tier.split(",", -1))));
    if (source.matches("[0-9a-fA-F]{40}")) {
      return new Question(InfoHash.fromHex(source), trackers);
    }
    if (MagnetArgument.isLink(source)) {
      Magnet link = MagnetArgument.parse(source);
      trackers.addAll(link.trackers());
      return new Question(link.infoHash(), trackers.stream().distinct().toList());
    }
    var torrent = new TorrentSource(terminal, tracker).torrent(source);
    torrent.trackers().forEach(trackers::addAll);
    return new Question(torrent.infoHash(), trackers.stream().distinct().toList());
  }

  private void ask(TrackerClient client, String url, InfoHash infoHash, List<Answer> answers)
      throws InterruptedException {
    try {
      client.scrape(url, List.of(infoHash), TIMEOUT).stream()
          .filter(entry -> entry.infoHash().equals(infoHash))
          .findFirst()
          .ifPresentOrElse(
              entry -> answers.add(new Answer(TrackerClient.shown(url), entry)),
              () ->
                  answers.add(
                      new Answer(TrackerClient.shown(url), new ScrapeEntry(infoHash, 0, 0, 0))));
    } catch (TrackerException e) {
      terminal.say(Text.printable(String.valueOf(e.getMessage())));
    }
  }

  private static Table table(List<Answer> answers) {
    var table = new Table(" seeders", " leechers", " completed", "tracker");
    for (Answer answer : answers) {
      table.row(
          Numbers.grouped(answer.entry().seeders()),
          Numbers.grouped(answer.entry().leechers()),
          Numbers.grouped(answer.entry().completed()),
          answer.tracker());
    }
    return table;
  }

  private static JsonObject document(Question question, List<Answer> answers) {
    var rows = Json.createArrayBuilder();
    for (Answer answer : answers) {
      rows.add(
          Json.createObjectBuilder()
              .add("url", answer.tracker())
              .add("seeders", answer.entry().seeders())
              .add("leechers", answer.entry().leechers())
              .add("completed", answer.entry().completed()));
    }
    // Trackers share peers or not, nobody knows: the sums would lie, the largest do not.
    return Json.createObjectBuilder()
        .add("infoHash", question.infoHash().hex())
        .add("seeders", answers.stream().mapToInt(a -> a.entry().seeders()).max().orElse(0))
        .add("leechers", answers.stream().mapToInt(a -> a.entry().leechers()).max().orElse(0))
        .add("completed", answers.stream().mapToInt(a -> a.entry().completed()).max().orElse(0))
        .add("trackers", rows)
        .build();
  }
}
