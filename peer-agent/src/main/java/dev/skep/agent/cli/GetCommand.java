package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.StopSignal;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.service.Doctor;
import dev.skep.agent.session.PeerAddress;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferOptions;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.content.FileChoice;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.service.settings.Settings;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = "Downloads and verifies a torrent's data; goes on from what is there.",
    footer = {
      "",
      "Prints one line that begins with 'done' when everything is verified.",
      "",
      "Example: skep get disk.torrent -d /var/images",
    })
final class GetCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      paramLabel = "SOURCE",
      description =
          "A .torrent file, the HTTP URL of one, a magnet link, or a name in the catalogue of"
              + " --tracker.")
  private String source = "";

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "DIR",
      description = "Folder to put the data in; made if missing. Default: the current one.")
  private Path folder = Path.of("");

  @Option(
      names = "--peer",
      paramLabel = "HOST:PORT",
      description = "A peer to connect to at once. May be repeated.")
  private List<String> peers = List.of();

  @Option(names = "--seed", description = "Go on seeding when done, until stopped.")
  private boolean seed;

  @Option(
      names = "--seed-time",
      paramLabel = "D",
      description = "Go on seeding for so long, such as 30m.")
  private @Nullable Duration seedTime;

  @Option(
      names = "--seed-ratio",
      paramLabel = "R",
      description = "Go on seeding until so many times the data's size was sent.")
  private @Nullable Double seedRatio;

  @Option(
      names = "--max-down",
      paramLabel = "RATE",
      description = "Receive at most this much, such as 10MiB/s.")
  private @Nullable ByteRate maxDown;

  @Option(
      names = "--select",
      paramLabel = "FILES",
      description =
          "Download these files only: numbers as 'skep info' shows them, ranges such as 2-5 or 7-,"
              + " names and patterns such as *.txt or docs/**; commas between them.")
  private List<String> select = List.of();

  @Option(
      names = "--first",
      paramLabel = "FILES",
      description = "Download these files before the others; FILES as with --select.")
  private List<String> first = List.of();

  @Option(names = "--sequential", description = "Download from the first byte to the last.")
  private boolean sequential;

  @Option(
      names = "--preallocate",
      description = "Fill files with zeros before the download begins, instead of sparse ones.")
  private boolean preallocate;

  @Option(
      names = "--part-names",
      description = "Call each file NAME.part until all of it is verified.")
  private boolean partNames;

  @Option(
      names = "--overwrite",
      description =
          "Overwrite and cut files that are there already and are not this torrent's own download."
              + " Without it they are never touched.")
  private boolean overwrite;

  @Option(
      names = "--recheck",
      description = "Read all data that is there, instead of only what changed since the last run.")
  private boolean recheck;

  @Option(
      names = "--give-up",
      paramLabel = "D",
      description =
          "Fail after so long without a tracker that answers or a peer, or with a disk that is full"
              + " or cannot be written. Default: 15s.")
  private @Nullable Duration giveUp;

  @Mixin private PeerOptions options = new PeerOptions();

  @Mixin private TrackerOption tracker = new TrackerOption();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ReportOption report = new ReportOption();

  GetCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException, InterruptedException {
    if ((seed ? 1 : 0) + (seedTime != null ? 1 : 0) + (seedRatio != null ? 1 : 0) > 1) {
      throw new WrongUsage("give one of --seed, --seed-time and --seed-ratio");
    }
    if (seedRatio != null && !(seedRatio >= 0)) {
      throw new WrongUsage("--seed-ratio must be 0 or more");
    }
    Meant meant = new TorrentSource(terminal, tracker).resolve(source);
    Settings set = options.settings();
    List<FilePriority> priorities =
        meant.torrent().isPresent()
            ? FileSelection.priorities(meant.torrent().get(), select, first)
            : List.of();
    List<Endpoint> linkPeers = endpointsOfLink(meant.linkPeers());
    var how =
        TransferOptions.defaults()
            .withTrackers(options.trackers(meant.trackers()))
            .withPeers(endpoints())
            .with(
                o -> {
                  o.linkPeers = linkPeers;
                  o.webSeeds = meant.webSeeds();
                  o.priorities = priorities;
                  o.choice = choice(meant);
                  o.sequential = sequential;
                  o.preallocate = preallocate || set.get(AgentKeys.PREALLOCATE);
                  o.partNames = partNames || set.get(AgentKeys.PART_NAMES);
                  o.overwrite = overwrite;
                  o.recheck = recheck;
                });
    List<String> nodes = meant.torrent().map(Metainfo::nodes).orElse(List.of());
    boolean looksAround =
        (!meant.isPrivate() && options.looksAround(nodes))
            || (options.asksWebSeeds() && meant.hasWebSeeds());
    boolean named = !how.peers().isEmpty() || !linkPeers.isEmpty();
    if (how.trackers().isEmpty() && !named && !looksAround) {
      throw new Failure(
          meant.name() + ": no tracker and no peer is known; give -t URL or --peer HOST:PORT");
    }
    makeFolder();
    terminal.stop().watch(SeedCommand.STOP_GRACE);
    try (PeerView view =
            report.isLines()
                ? new PeerLines(terminal)
                : new PeerWords(terminal, seeds(), !json.isOn());
        Session session = options.open(terminal, Optional.ofNullable(maxDown))) {
      view.ready(session.listening(), "getting " + meant.name());
      Duration patience = giveUp != null ? giveUp : set.get(AgentKeys.GIVE_UP);
      return view.awaitGo() ? new Download(add(session, meant, how), view, patience).run() : 0;
    }
  }

  private Transfer add(Session session, Meant meant, TransferOptions how) throws IOException {
    return meant.torrent().isPresent()
        ? session.add(meant.torrent().get(), folder, how)
        : session.add(meant.identity(), folder, how);
  }

  /** What is typed counts more than what a link says. */
  private FileChoice choice(Meant meant) {
    if (select.isEmpty() && first.isEmpty()) {
      return meant.choice();
    }
    return torrent -> {
      try {
        return FileSelection.priorities(torrent, select, first);
      } catch (WrongUsage e) {
        throw new IOException(e.getMessage(), e);
      }
    };
  }

  private void makeFolder() throws Failure, IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(e.getFile() + " is not a folder; move it away, or name another with -d");
    }
  }

  private boolean seeds() {
    return seed || seedTime != null || seedRatio != null;
  }

  private List<Endpoint> endpoints() throws WrongUsage {
    var endpoints = new ArrayList<Endpoint>();
    for (String peer : peers) {
      endpoints.add(endpoint(peer));
    }
    return endpoints;
  }

  /** Who cannot be found is left out. */
  private List<Endpoint> endpointsOfLink(List<String> named) {
    var endpoints = new ArrayList<Endpoint>();
    for (String peer : named) {
      try {
        endpoints.add(endpoint(peer));
      } catch (WrongUsage e) {
        terminal.say(peer + " of the link: unknown host");
      }
    }
    return endpoints;
  }

  private static Endpoint endpoint(String peer) throws WrongUsage {
    try {
      return PeerAddress.find(peer);
    } catch (UnknownHostException e) {
      throw new WrongUsage("--peer " + peer + ": unknown host");
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--peer wants HOST:PORT, not '" + peer + "'");
    }
  }

  /** One download from begin to end, and the seeding after it. */
  private final class Download {
    private final Transfer transfer;
    private final PeerView view;
    private final Duration patience;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Duration> taken;
    private final CompletableFuture<?> takenOrStopped;
    private final Trouble trouble = new Trouble();
    private final Standstill standstill;
    private boolean metSomebody;
    private long aloneSinceNanos = startNanos;

    Download(Transfer transfer, PeerView view, Duration patience) {
      this.transfer = transfer;
      this.view = view;
      this.patience = patience;
      this.taken = transfer.completed().thenApply(done -> sinceStart());
      this.standstill = new Standstill(status -> Doctor.look(transfer, status));
      this.takenOrStopped = terminal.stop().or(taken);
    }

    private Duration sinceStart() {
      return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    int run() throws Failure, InterruptedException {
      while (!taken.isDone()) {
        TransferStatus status = look();
        trouble.look(status);
        if (trouble.isOver(patience)) {
          throw new Failure(trouble.reason());
        }
        if (trouble.isNone()) { // the first reason counts: nobody is met while the disk is full
          failIfAlone(status);
        }
        if (StopSignal.await(takenOrStopped, view.pause()) && !taken.isDone()) {
          throw new Failure(
              "stopped at %d %% of %s; the same command goes on from there"
                  .formatted(percent(transfer.status()), transfer.identity().name()));
        }
      }
      look();
      view.done(transfer, taken.join());
      goOnSeeding(System.nanoTime());
      if (json.isOn()) {
        JsonOption.print(terminal, document());
      }
      return 0;
    }

    private TransferStatus look() throws Failure {
      TransferStatus status = transfer.status();
      SeedCommand.failIfFailed(transfer, status);
      if (status.state() != TransferStatus.State.DOWNLOADING
          && status.state() != TransferStatus.State.ASKING) {
        aloneSinceNanos = System.nanoTime(); // nobody is asked yet, or any more
      }
      metSomebody |=
          !status.otherAgents().isEmpty()
              || status.webSeeds().stream().anyMatch(seed -> seed.receivedBytes() > 0)
              || status.trackers().stream().anyMatch(TrackerStatus::working);
      standstill
          .look(status, System.nanoTime())
          .ifPresent(sentence -> terminal.note(Text.printable(sentence)));
      view.progress(List.of(transfer));
      return status;
    }

    private static int percent(TransferStatus status) {
      boolean unknown = status.state() == TransferStatus.State.ASKING; // for the torrent itself
      return unknown ? 0 : Numbers.percent(status.verifiedBytes(), status.totalBytes());
    }

    private void failIfAlone(TransferStatus status) throws Failure {
      List<TrackerStatus> trackers = status.trackers();
      boolean asking =
          trackers.stream().anyMatch(tracker -> tracker.message().isEmpty())
              || status.webSeeds().stream().anyMatch(seed -> seed.problem().isEmpty());
      if (metSomebody || asking || System.nanoTime() - aloneSinceNanos < patience.toNanos()) {
        return;
      }
      String troubles =
          Stream.concat(
                  trackers.stream().map(PeerWords::trouble),
                  status.webSeeds().stream().map(PeerWords::trouble))
              .collect(Collectors.joining(", "));
      throw new Failure(
          troubles.isEmpty()
              ? "no peer of "
                  + transfer.identity().name()
                  + " is found; name one with --peer, or a tracker with -t"
              : troubles
                  + (trackers.isEmpty() ? "" : "; check the URL with -t")
                  + (trackers.isEmpty() ? "; " : ", or ")
                  + "name peers with --peer");
    }

    private void goOnSeeding(long doneNanos) throws Failure, InterruptedException {
      Duration pause = view.pause();
      if (seedTime != null && seedTime.compareTo(pause) < 0) {
        pause = seedTime;
      }
      while (goesOn(doneNanos) && !terminal.stop().await(pause)) {
        look();
      }
    }

    private boolean goesOn(long doneNanos) {
      if (seedTime != null) {
        return System.nanoTime() - doneNanos < seedTime.toNanos();
      }
      if (seedRatio != null) {
        TransferStatus status = transfer.status();
        return status.uploadedBytes() < seedRatio * status.totalBytes();
      }
      return seed;
    }

    private JsonObject document() {
      TransferStatus status = transfer.status();
      return Json.createObjectBuilder()
          .add("ok", true)
          .add("infoHash", transfer.identity().infoHash().hex())
          .add("bytes", status.totalBytes())
          .add("seconds", taken.join().toMillis() / 1e3)
          .add("downloadedBytes", status.downloadedBytes())
          .add("uploadedBytes", status.uploadedBytes())
          .add("wastedBytes", status.wastedBytes())
          .add("peers", transfer.moved().size())
          .add(
              "webSeedBytes",
              status.webSeeds().stream().mapToLong(WebSeedStatus::receivedBytes).sum())
          .build();
    }
  }

  /** A disk that fails again and again: what it was last, and since when. */
  private static final class Trouble {
    private static final long CALM_NANOS = Duration.ofSeconds(5).toNanos();

    private String reason = "";
    private long sinceNanos;
    private long lastNanos;
    private long verifiedBytes;

    void look(TransferStatus status) {
      long now = System.nanoTime();
      if (status.state() == TransferStatus.State.PAUSED && status.problem().isPresent()) {
        boolean isNew = isNone() || status.verifiedBytes() > verifiedBytes;
        reason = status.problem().get();
        if (isNew) {
          sinceNanos = now;
          verifiedBytes = status.verifiedBytes();
        }
        lastNanos = now;
      } else if (now - lastNanos > CALM_NANOS) {
        reason = "";
      }
    }

    boolean isNone() {
      return reason.isEmpty();
    }

    boolean isOver(Duration patience) {
      return !isNone() && System.nanoTime() - sinceNanos >= patience.toNanos();
    }

    String reason() {
      return reason;
    }
  }
}
