package dev.skep.agent.cli;

import static java.util.Locale.ROOT;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.protocol.Endpoint;
import dev.skep.service.network.ReachableAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells a person: a live line on stderr, and trackers' troubles once each. */
final class PeerWords implements PeerView {
  private static final int MOST_LINES = 10;

  private final Terminal terminal;
  private final Progress progress;
  private final boolean tellsDone;
  private final Runnable restoreKeys;
  private final boolean keys;
  private final Map<String, String> told = new HashMap<>();
  private final Map<Transfer, Integer> notesTold = new HashMap<>();
  private final Map<Transfer, String> problemsTold = new HashMap<>();

  /**
   * Begins.
   *
   * @param endsOnKey whether Enter and q shall end the command
   * @param tellsDone whether stdout is for words
   */
  PeerWords(Terminal terminal, boolean endsOnKey, boolean tellsDone) {
    this.terminal = terminal;
    this.progress = terminal.progress();
    this.tellsDone = tellsDone;
    var restore = endsOnKey ? terminal.stopOnKey() : java.util.Optional.<Runnable>empty();
    this.keys = restore.isPresent();
    this.restoreKeys = restore.orElse(() -> {});
  }

  @Override
  public void ready(Endpoint at, String what) {
    String end = keys ? " (Enter, q or Ctrl-C ends it)" : "";
    if (!terminal.isQuiet()) {
      progress.note("ready on " + usable(at) + ", " + Text.printable(what) + end);
    }
  }

  /** Says something that stays. */
  void note(String line) {
    progress.note(Text.printable(line));
  }

  /** Prints a line to stdout that stays. */
  void result(String line) {
    progress.clear();
    terminal.out().println(Text.printable(line));
  }

  /** The same with an address that another machine can use, where it stands for all of ours. */
  static Endpoint usable(Endpoint at) {
    return at.address().isAnyLocalAddress()
        ? ReachableAddress.first().map(address -> new Endpoint(address, at.port())).orElse(at)
        : at;
  }

  @Override
  public boolean awaitGo() {
    return true;
  }

  @Override
  public void progress(List<Transfer> transfers) {
    transfers.forEach(this::tellWhatIsNew);
    progress.show(
        () -> lines(transfers, TransferLine::live),
        () ->
            String.join(
                "; ", lines(transfers, (name, status, _) -> TransferLine.plain(name, status))));
  }

  @Override
  public Duration pause() {
    return progress.pause();
  }

  /** How a transfer becomes a line. */
  private interface Form {
    String line(String name, TransferStatus status, int columns);
  }

  private List<String> lines(List<Transfer> transfers, Form form) {
    if (transfers.size() > MOST_LINES) {
      return List.of(summary(transfers));
    }
    int columns = progress.columns();
    return transfers.stream()
        .map(transfer -> form.line(transfer.identity().name(), transfer.status(), columns))
        .toList();
  }

  private static String summary(List<Transfer> transfers) {
    var states = new EnumMap<TransferStatus.State, Integer>(TransferStatus.State.class);
    long upBytesPerSecond = 0;
    long uploadedBytes = 0;
    int peers = 0;
    for (Transfer transfer : transfers) {
      TransferStatus status = transfer.status();
      states.merge(status.state(), 1, Integer::sum);
      upBytesPerSecond += status.upBytesPerSecond();
      uploadedBytes += status.uploadedBytes();
      peers += status.peers().size();
    }
    String counts =
        states.entrySet().stream()
            .map(e -> Numbers.grouped(e.getValue()) + " " + e.getKey().name().toLowerCase(ROOT))
            .collect(Collectors.joining(", "));
    return "%s  %s up, %s sent  %s"
        .formatted(
            counts,
            ByteRate.format(upBytesPerSecond),
            ByteSize.format(uploadedBytes),
            Numbers.count(peers, "peer"));
  }

  private void tellWhatIsNew(Transfer transfer) {
    TransferStatus status = transfer.status();
    tellTrackers(status.trackers());
    List<String> notes = transfer.notes();
    int before = notesTold.getOrDefault(transfer, 0);
    notes.stream().skip(before).forEach(note -> progress.note(Text.printable(note)));
    notesTold.put(transfer, notes.size());
    if (status.state() == TransferStatus.State.PAUSED) {
      String problem = status.problem().orElse("");
      if (!problem.isEmpty() && !problem.equals(problemsTold.put(transfer, problem))) {
        progress.note(Text.printable(problem) + "; waiting for that");
      }
    }
  }

  /** What a tracker complains of, when it is new. */
  private void tellTrackers(List<TrackerStatus> trackers) {
    for (TrackerStatus tracker : trackers) {
      String message = tracker.message().orElse("");
      String before = told.put(tracker.url(), message);
      if (!message.isEmpty() && !message.equals(before)) {
        progress.note(Text.printable(trouble(tracker)));
      }
    }
  }

  /** What a tracker complains of, or what keeps us from it. */
  static String trouble(TrackerStatus tracker) {
    String message = tracker.message().orElse("no answer yet");
    return message.contains(tracker.url()) ? message : "tracker " + tracker.url() + ": " + message;
  }

  /** What is wrong with a web server. */
  static String trouble(WebSeedStatus seed) {
    return "web server " + seed.url() + " " + seed.problem().orElse("has not answered yet");
  }

  @Override
  public void done(Transfer transfer, Duration taken) {
    progress.clear();
    TransferStatus status = transfer.status();
    if (tellsDone) {
      double seconds = Math.max(1e-3, taken.toNanos() / 1e9);
      result(
          "done %s: %s in %s, %s, %s sent to peers"
              .formatted(
                  transfer.identity().name(),
                  ByteSize.format(status.totalBytes()),
                  TimeSpan.format(taken),
                  ByteRate.format((long) (status.downloadedBytes() / seconds)),
                  ByteSize.format(status.uploadedBytes())));
    }
  }

  @Override
  public void close() {
    progress.clear();
    restoreKeys.run();
  }
}
