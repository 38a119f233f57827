package dev.skep.agent.cli;

import dev.skep.agent.catalogue.RolloutApi;
import dev.skep.agent.catalogue.ToldHost;
import dev.skep.agent.catalogue.ToldRollout;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.cli.rollout.RolloutWatch;
import dev.skep.agent.cli.rollout.RolloutWatch.Seen;
import dev.skep.agent.cli.rollout.RolloutWords;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.Transfer;
import dev.skep.service.network.ReachableAddress;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A rollout of what this process gives, from its begin until somebody or everybody has enough. */
final class Push {
  /** Agents that follow are known before, or say so within this. */
  private static final Duration SILENCE = Duration.ofSeconds(6);

  private static final int MOST_HOSTS = 100_000;

  private final Terminal terminal;
  private final RolloutApi api;
  private final ToldRollout first;
  private final Transfer transfer;
  private final List<String> labels;
  private final Duration before;
  private final long begun = System.nanoTime();
  private Optional<String> troubleTold = Optional.empty();
  private boolean silenceTold;

  /**
   * @param before for how long it has gone on, if it was begun before
   */
  Push(
      Terminal terminal,
      RolloutApi api,
      ToldRollout first,
      Transfer transfer,
      List<String> labels,
      Optional<Duration> before) {
    this.terminal = terminal;
    this.api = api;
    this.first = first;
    this.transfer = transfer;
    this.labels = List.copyOf(labels);
    this.before = before.filter(Duration::isPositive).orElse(Duration.ZERO);
  }

  /**
   * Shows it until all have it, the deadline is over, or somebody has seen enough.
   *
   * @param beyondDeadline whether it goes on when the deadline is over
   * @return the exit status
   */
  int follow(boolean beyondDeadline, JsonOption json) throws Failure, InterruptedException {
    Runnable restoreKeys = terminal.stopOnKey().orElse(() -> {});
    try (RolloutWatch watch = RolloutWatch.begin(api, first);
        Progress progress = terminal.progress()) {
      Seen seen = watch.seen();
      while (!isEnd(seen, beyondDeadline)) {
        SeedCommand.failIfFailed(transfer, transfer.status());
        tell(seen, progress);
        show(seen, progress);
        terminal.stop().await(RolloutWatch.GLANCE);
        seen = watch.seen();
      }
      progress.clear();
      return end(seen, json);
    } finally {
      restoreKeys.run();
    }
  }

  private boolean isEnd(Seen seen, boolean beyondDeadline) {
    boolean isLate = seen.rollout().state() == ToldRollout.State.LATE && !beyondDeadline;
    return seen.isOver() || isLate || terminal.stop().isAsked();
  }

  /** Since the rollout was begun, by this command or an earlier one. */
  private Duration taken() {
    return before.plus(here());
  }

  private Duration here() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  // ---- While it goes on ----

  private void tell(Seen seen, Progress progress) {
    if (!seen.trouble().equals(troubleTold)) {
      troubleTold = seen.trouble();
      troubleTold.ifPresent(
          why -> progress.note(Text.printable(why) + " (machines go on meanwhile)"));
    }
    boolean nobody = seen.rollout().counts().hosts() == 0 && seen.trouble().isEmpty();
    if (nobody && !silenceTold && here().compareTo(SILENCE) > 0) {
      silenceTold = true;
      progress.note(Text.printable(howToFollow()));
    }
  }

  /** One line for a machine's shell. */
  private String howToFollow() {
    return "no agent follows label %s of %s; on each machine: SKEP_AGENT_FOLLOW='%s label=%s dir=/srv/%s' skep agent run"
        .formatted(
            labels.getFirst(), api.base(), reachable(), labels.getFirst(), labels.getFirst());
  }

  /** The tracker's address as other machines have to write it. */
  private String reachable() {
    URI base = api.base();
    boolean isHere = List.of("localhost", "127.0.0.1", "[::1]").contains(base.getHost());
    Optional<String> address =
        isHere ? ReachableAddress.first().map(InetAddress::getHostAddress) : Optional.empty();
    return address.map(to -> base.toString().replace(base.getHost(), to)).orElse(base.toString());
  }

  private void show(Seen seen, Progress progress) {
    String own = ", " + TimeSpan.format(taken()) + ", sent " + copies();
    progress.show(
        () -> RolloutWords.live(seen.rollout(), seen.missing(), own, progress.columns()),
        () -> RolloutWords.progress(seen.rollout()) + own);
  }

  private double copiesSent() {
    return (double) transfer.status().uploadedBytes() / transfer.status().totalBytes();
  }

  private String copies() {
    String number = String.format(Locale.ROOT, "%.1f", copiesSent());
    return number.equals("1.0") ? "1.0 copy" : number + " copies";
  }

  // ---- At its end ----

  private int end(Seen seen, JsonOption json) {
    ToldRollout rollout = seen.rollout();
    boolean ok = rollout.state() == ToldRollout.State.DONE;
    Duration taken = rollout.taken().orElseGet(this::taken);
    Optional<ToldHost> slowest = ok ? slowest(rollout) : Optional.empty();
    String line =
        "%s: %s after %s; this one sent %s (%s)%s%s"
            .formatted(
                rollout.name(),
                RolloutWords.share(rollout),
                TimeSpan.format(taken),
                copies(),
                ByteSize.format(transfer.status().uploadedBytes()),
                slowest.map(Push::inWords).orElse(""),
                ok ? "" : "; " + whatRemains(seen));
    if (json.isOn()) {
      JsonOption.print(terminal, document(rollout, ok, taken, slowest).build());
    } else if (ok) {
      terminal.out().println(Text.printable("done " + line));
    }
    if (!ok) {
      terminal.say(Text.printable(line));
    }
    return ok ? 0 : Errors.FAILED;
  }

  /** Where the tracker can say so. */
  private Optional<ToldHost> slowest(ToldRollout rollout) {
    try {
      return api.hosts(rollout.id(), List.of("done"), MOST_HOSTS).stream()
          .filter(host -> host.seconds().isPresent())
          .max(Comparator.comparing(host -> host.seconds().orElse(0.0)));
    } catch (IOException e) {
      return Optional.empty(); // it is good to know, and no more
    }
  }

  private static String inWords(ToldHost slowest) {
    Duration taken = Duration.ofMillis((long) (1000 * slowest.seconds().orElse(0.0)));
    return "; the last was %s (%s)".formatted(slowest.name(), TimeSpan.format(taken));
  }

  /** What becomes of it without us. */
  private String whatRemains(Seen seen) {
    Optional<String> why = RolloutWords.whyNotDone(seen);
    if (seen.isOver()) {
      return why.orElse("");
    }
    ToldRollout rollout = seen.rollout();
    return why.map(late -> late + "; ").orElse("")
        + (canGoOn(rollout)
            ? "the rollout goes on without this machine: skep rollout wait " + rollout.id()
            : "nobody else has all of it, so nothing goes on until this machine gives it again: the"
                + " same command does");
  }

  /** Whether somebody else has all of it. */
  private boolean canGoOn(ToldRollout rollout) {
    return rollout.counts().done() > 0
        || transfer.status().peers().stream()
            .mapToDouble(PeerStatus::progress)
            .anyMatch(p -> p >= 1);
  }

  private JsonObjectBuilder document(
      ToldRollout rollout, boolean ok, Duration taken, Optional<ToldHost> slowest) {
    JsonObjectBuilder document =
        Json.createObjectBuilder()
            .add("ok", ok)
            .add("rollout", rollout.id())
            .add("infoHash", rollout.infoHash())
            .add("name", rollout.name())
            .add("bytes", transfer.status().totalBytes())
            .add("seconds", taken.toMillis() / 1000.0)
            .add("sentBytes", transfer.status().uploadedBytes())
            .add("copies", copiesSent())
            .add("hosts", rollout.counts().needed())
            .add("done", rollout.counts().done());
    slowest.ifPresent(
        host ->
            document.add(
                "slowest",
                Json.createObjectBuilder()
                    .add("name", host.name())
                    .add("seconds", host.seconds().orElse(0.0))));
    return ok ? document : document.add("goesOn", canGoOn(rollout));
  }
}
