package dev.skep.agent.cli;

import dev.skep.agent.catalogue.RolloutApi;
import dev.skep.agent.catalogue.ToldHost;
import dev.skep.agent.catalogue.ToldRollout;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.cli.rollout.RolloutTarget;
import dev.skep.agent.cli.rollout.RolloutWatch;
import dev.skep.agent.cli.rollout.RolloutWords;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins, shows and awaits rollouts; each method is a command. */
@Command(
    name = "rollout",
    description = "Says whether a torrent is on every machine, and if not, who is late and why.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A rollout is a torrent of a tracker's catalogue and the machines that must have it. Agents"
          + " that follow the tracker tell it how far they are. 'skep push' begins one too.",
      "",
      "Example: skep rollout status --tracker http://tracker.lan:6969",
    })
final class RolloutCommand {
  private static final String ROLLOUT =
      "A rollout's id, or a torrent's name or info-hash: then the newest of it. Default: the newest"
          + " of all.";

  private static final int ALL = 1_000_000;
  private static final Duration STOP_GRACE = Duration.ofSeconds(2);

  private final Terminal terminal;

  RolloutCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private RolloutApi api(TrackerAccess tracker) throws Failure, WrongUsage {
    return tracker.api(terminal).rollouts();
  }

  @Command(
      description = "Begins a rollout of a torrent that the catalogue has.",
      footer = {
        "",
        "Examples:",
        "  skep rollout create site.tar --to label=web --by 10m",
        "  skep rollout create disk.img --to host=a,b --done hooked",
        "  skep rollout create disk.img --to any=20"
      })
  int create(
      @Parameters(paramLabel = "TORRENT", description = "Name in the catalogue, or info-hash.")
          String torrent,
      @Option(
              names = "--to",
              paramLabel = "TARGET",
              required = true,
              description =
                  "Who must have it: label=LABEL (all agents that follow it, or carry it),"
                      + " host=NAME, network=BLOCK, zone=NUMBER; with any=NUMBER so many of"
                      + " them suffice. May be repeated.")
          List<String> to,
      @Option(
              names = "--by",
              paramLabel = "TIME",
              description = "Deadline, such as 10m: who has not got it by then is late.")
          @Nullable Duration by,
      @Option(
              names = "--done",
              paramLabel = "STATE",
              description =
                  "What counts: verified (it is at its place) or hooked (and its command ended"
                      + " well). Default: verified.")
          @Nullable String done,
      @Option(
              names = "--webhook",
              paramLabel = "URL",
              description = "Is called when it is done, late, or a machine fails. May be repeated.")
          @Nullable List<String> webhooks,
      @Option(
              names = "--metrics",
              paramLabel = "NAME",
              description = "Show it among the tracker's metrics, under this name.")
          @Nullable String metrics,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    JsonObjectBuilder wanted = wanted(torrent, RolloutTarget.of(to), Optional.ofNullable(by));
    if (done != null) {
      wanted.add("done", done);
    }
    if (webhooks != null) {
      wanted.add("webhooks", Json.createArrayBuilder(webhooks));
    }
    if (metrics != null) {
      wanted.add("metrics", metrics);
    }
    ToldRollout rollout = api(tracker).create(wanted.build());
    if (json.isOn()) {
      JsonOption.print(terminal, rollout.json());
    } else {
      terminal.out().println(Text.printable("rollout " + rollout.id() + " " + rollout.name()));
      terminal.note(
          Text.printable(RolloutWords.share(rollout) + "; skep rollout wait " + rollout.id()));
    }
    return 0;
  }

  /** What a tracker is asked for. */
  static JsonObjectBuilder wanted(String torrent, RolloutTarget target, Optional<Duration> by) {
    JsonObjectBuilder wanted = Json.createObjectBuilder().add("torrent", torrent);
    target.addTo(wanted);
    by.map(time -> Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS))
        .ifPresent(deadline -> wanted.add("deadline", deadline.toString()));
    return wanted;
  }

  @Command(
      description = "Lists a tracker's rollouts, the newest first.",
      footer = {"", "Example: skep rollout list --tracker http://tracker.lan:6969"})
  int list(
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "Only those that are running, late, done or cancelled.")
          ToldRollout.@Nullable State state,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    List<ToldRollout> rollouts = api(tracker).all(Optional.ofNullable(state));
    if (json.isOn()) {
      JsonArrayBuilder rows = Json.createArrayBuilder();
      rollouts.forEach(rollout -> rows.add(rollout.json()));
      JsonOption.print(terminal, Json.createObjectBuilder().add("rollouts", rows).build());
    } else if (rollouts.isEmpty()) {
      terminal.say("no rollouts; skep push FILE --to label=LABEL begins one");
    } else {
      print(RolloutWords.list(rollouts).lines(terminal.resultColumns()));
    }
    return 0;
  }

  @Command(
      description = "Shows a rollout: every machine, how far it is, and why no further.",
      footer = {"", "Example: skep rollout status site.tar --tracker http://tracker.lan:6969"})
  int status(
      @Parameters(paramLabel = "ROLLOUT", arity = "0..1", description = ROLLOUT)
          @Nullable String meant,
      @Option(
              names = "--missing",
              description = "Only machines that are not done, first those that do not get on.")
          boolean missing,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    RolloutApi api = api(tracker);
    ToldRollout rollout = api.meant(Optional.ofNullable(meant));
    List<ToldHost> hosts =
        missing
            ? RolloutWatch.missing(api, rollout.id(), ALL)
            : api.hosts(rollout.id(), List.of(), ALL);
    if (json.isOn()) {
      JsonOption.print(terminal, with(rollout, "hosts", hosts));
      return 0;
    }
    fact("torrent", rollout.name());
    fact("rollout", rollout.id());
    fact("state", rollout.state().name().toLowerCase(Locale.ROOT));
    rollout.deadline().ifPresent(deadline -> fact("deadline", deadline.toString()));
    fact("progress", RolloutWords.progress(rollout));
    if (!hosts.isEmpty()) {
      terminal.out().println();
      print(RolloutWords.table(hosts).lines(terminal.resultColumns()));
    }
    return 0;
  }

  @Command(
      name = "wait",
      description =
          "Waits until a rollout is done. Exit status 1 if it is not in time: then one line names"
              + " who is missing, and why.",
      footer = {
        "",
        "Examples:",
        "  skep rollout wait site.tar --tracker http://tracker.lan:6969",
        "  skep rollout wait --percent 99 --timeout 10m"
      })
  int await(
      @Parameters(paramLabel = "ROLLOUT", arity = "0..1", description = ROLLOUT)
          @Nullable String meant,
      @Option(
              names = "--percent",
              paramLabel = "N",
              defaultValue = "100",
              description = "So many of the machines suffice, in percent. Default: 100.")
          int percent,
      @Option(
              names = "--timeout",
              paramLabel = "TIME",
              description =
                  "How long to wait. Default: until the rollout's deadline, or without end.")
          @Nullable Duration timeout,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException, InterruptedException {
    if (percent < 1 || percent > 100) {
      throw new WrongUsage("--percent must be from 1 to 100");
    }
    RolloutApi api = api(tracker);
    ToldRollout first = api.meant(Optional.ofNullable(meant));
    terminal.stop().watch(STOP_GRACE);
    long begun = System.nanoTime();
    try (RolloutWatch watch = RolloutWatch.begin(api, first);
        Progress progress = terminal.progress()) {
      Optional<String> told = Optional.empty();
      while (true) {
        RolloutWatch.Seen seen = watch.seen();
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        boolean inTime =
            timeout != null
                ? waited.compareTo(timeout) < 0
                : seen.rollout().state() != ToldRollout.State.LATE;
        if (seen.rollout().has(percent) || seen.isOver() || !inTime || terminal.stop().isAsked()) {
          progress.clear();
          return ended(seen, percent, json.isOn());
        }
        if (!seen.trouble().equals(told)) {
          told = seen.trouble();
          told.ifPresent(why -> progress.note(Text.printable(why) + " (waiting for it)"));
        }
        int columns = progress.columns();
        progress.show(
            () -> RolloutWords.live(seen.rollout(), seen.missing(), "", columns),
            () -> RolloutWords.progress(seen.rollout()));
        terminal.stop().await(RolloutWatch.GLANCE);
      }
    }
  }

  private int ended(RolloutWatch.Seen seen, int percent, boolean isJson) {
    ToldRollout rollout = seen.rollout();
    Duration taken =
        rollout.taken().orElseGet(() -> Duration.between(rollout.created(), Instant.now()));
    boolean ok = rollout.has(percent);
    String line =
        "%s: %s after %s"
                .formatted(rollout.name(), RolloutWords.share(rollout), TimeSpan.format(taken))
            + RolloutWords.whyNotDone(seen).map(why -> "; " + why).orElse("");
    if (isJson) {
      JsonObject document = with(rollout, "missingHosts", seen.missing());
      JsonOption.print(
          terminal,
          Json.createObjectBuilder(document)
              .add("ok", ok)
              .add("summary", Text.printable(line))
              .build());
    } else if (ok) {
      terminal.out().println(Text.printable("done " + line));
    }
    if (!ok) {
      terminal.say(Text.printable(line));
    }
    return ok ? 0 : Errors.FAILED;
  }

  @Command(
      description =
          "Ends a rollout before it is done. Machines that fetch go on; nobody is called late.",
      footer = {"", "Example: skep rollout cancel 3f9c2a71b05e --tracker http://tracker.lan:6969"})
  int cancel(
      @Parameters(paramLabel = "ROLLOUT", description = "Its id, as 'skep rollout list' shows it.")
          String id,
      @Mixin TrackerAccess tracker)
      throws Failure, WrongUsage, IOException {
    api(tracker).cancel(id);
    terminal.out().println(Text.printable("cancelled " + id));
    return 0;
  }

  private static JsonObject with(ToldRollout rollout, String member, List<ToldHost> hosts) {
    JsonArrayBuilder rows = Json.createArrayBuilder();
    hosts.forEach(host -> rows.add(host.json()));
    return Json.createObjectBuilder(rollout.json()).add(member, rows).build();
  }

  private void fact(String name, String value) {
    terminal.out().println(TorrentText.line(name, Text.printable(value)));
  }

  private void print(List<String> lines) {
    lines.forEach(terminal.out()::println);
  }
}
