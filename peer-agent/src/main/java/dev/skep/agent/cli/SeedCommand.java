package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferOptions;
import dev.skep.agent.session.TransferStatus;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "seed",
    description = "Gives a torrent's data to everybody who asks, until stopped.",
    footer = {
      "",
      "Ends on Enter or q at a terminal, on Ctrl-C and on SIGTERM; trackers are told.",
      "",
      "Example: skep seed disk.torrent disk.img",
    })
final class SeedCommand implements Callable<Integer> {
  /** Longer than the session takes to say goodbye. */
  static final Duration STOP_GRACE = Duration.ofSeconds(7);

  private static final Duration CHECKING_PAUSE = Duration.ofMillis(200);

  /** A thousand torrents are not looked at five times a second. */
  private static final long PAUSE_MILLIS_EACH = 5;

  private final Terminal terminal;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE PATH",
      description =
          "A .torrent file, or its URL, and its data: the file or folder, or the folder it lies"
              + " in.")
  private List<String> pairs = List.of();

  @Option(
      names = "--super-seed",
      description =
          "Show peers one piece after another while no other peer has all (BEP 16): for the only"
              + " source of a torrent, when it has little upload.")
  private boolean superSeed;

  @Option(
      names = "--recheck",
      description = "Read all data, instead of trusting what is remembered of a download.")
  private boolean recheck;

  @Mixin private PeerOptions options = new PeerOptions();

  @Mixin private ReportOption report = new ReportOption();

  SeedCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A torrent and where its data is. */
  private record Pair(Metainfo torrent, Path data) {}

  @Override
  public Integer call() throws Failure, WrongUsage, IOException, InterruptedException {
    List<Pair> pairs = read();
    terminal.stop().watch(STOP_GRACE);
    // Closed in this order: first the session says goodbye, then the view says that it did.
    try (PeerView view =
            report.isLines() ? new PeerLines(terminal) : new PeerWords(terminal, true, true);
        Session session = options.open(terminal, Optional.empty())) {
      var transfers = new ArrayList<Transfer>();
      for (Pair pair : pairs) {
        transfers.add(add(session, pair));
      }
      seed(
          terminal,
          transfers,
          view,
          () -> view.ready(session.listening(), "seeding " + names(transfers)));
    }
    return 0;
  }

  private List<Pair> read() throws Failure, WrongUsage, IOException {
    if (pairs.size() % 2 != 0) {
      throw new WrongUsage("each FILE needs the PATH of its data after it");
    }
    var read = new ArrayList<Pair>();
    for (int i = 0; i < pairs.size(); i += 2) {
      Metainfo torrent = TorrentSource.fileOrUrl(terminal, pairs.get(i));
      read.add(new Pair(torrent, DataPlace.of(torrent, Path.of(pairs.get(i + 1)))));
    }
    return read;
  }

  private Transfer add(Session session, Pair pair) throws IOException, WrongUsage {
    var how =
        TransferOptions.defaults()
            .withTrackers(options.trackers(pair.torrent().trackers()))
            .seeding(pair.data())
            .with(
                o -> {
                  o.superSeeding = superSeed;
                  o.recheck = recheck;
                });
    Path folder = pair.data().toAbsolutePath().normalize().getParent();
    return session.add(pair.torrent(), folder == null ? pair.data() : folder, how);
  }

  /**
   * Seeds until somebody wants it to end.
   *
   * @param whenReady told once, when all is checked and given to who asks
   */
  static void seed(Terminal terminal, List<Transfer> transfers, PeerView view, Runnable whenReady)
      throws Failure, InterruptedException {
    Duration pause = view.pause().plusMillis(PAUSE_MILLIS_EACH * transfers.size());
    boolean ready = false;
    do {
      for (Transfer transfer : transfers) {
        failIfFailed(transfer, transfer.status());
      }
      boolean all = transfers.stream().allMatch(t -> state(t) == TransferStatus.State.SEEDING);
      if (all && !ready) {
        ready = true;
        whenReady.run();
      }
      view.progress(transfers);
    } while (!terminal.stop().await(ready ? pause : CHECKING_PAUSE));
  }

  private static String names(List<Transfer> transfers) {
    return transfers.size() == 1
        ? transfers.getFirst().identity().name()
        : Numbers.count(transfers.size(), "torrent");
  }

  private static TransferStatus.State state(Transfer transfer) {
    return transfer.status().state();
  }

  static void failIfFailed(Transfer transfer, TransferStatus status) throws Failure {
    if (status.state() == TransferStatus.State.FAILED) {
      throw new Failure(transfer.identity().name() + ": " + status.problem().orElse("failed"));
    }
  }
}
