package dev.skep.agent.cli.rollout;

import dev.skep.agent.catalogue.ToldHost;
import dev.skep.agent.catalogue.ToldRollout;
import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.cli.rollout.RolloutWatch.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A rollout in words and lines. What strangers said in it is made fit for a terminal. */
public final class RolloutWords {
  private static final int NAME_COLUMNS = 20;
  private static final int STATE_COLUMNS = 11;
  private static final int FIXED_COLUMNS = NAME_COLUMNS + STATE_COLUMNS + 34;
  private static final int LEAST_BAR_COLUMNS = 4;
  private static final int MOST_BAR_COLUMNS = 24;
  private static final int MOST_NAMED = 10;

  private RolloutWords() {}

  /** {@code 12 of 60 machines have it}. */
  public static String share(ToldRollout rollout) {
    int needed = rollout.counts().needed();
    int done = rollout.counts().done();
    return needed == 0
        ? "no machine is known that shall have it"
        : "%s of %s %s it"
            .formatted(
                Numbers.grouped(done),
                Numbers.count(needed, "machine"),
                done == 1 || needed == 1 ? "has" : "have");
  }

  /** How it gets on, in one line. */
  public static String progress(ToldRollout rollout) {
    var line = new StringBuilder(share(rollout));
    if (!rollout.isOver() && rollout.counts().hosts() > 0) {
      line.append(", ")
          .append(percent(rollout.progress()))
          .append(" %, ")
          .append(ByteRate.format(rollout.bytesPerSecond()));
      rollout
          .secondsLeft()
          .ifPresent(
              seconds ->
                  line.append(", about ")
                      .append(TimeSpan.format(Duration.ofSeconds(seconds)))
                      .append(" left"));
    }
    return line.toString();
  }

  /** A machine and why it is not done: {@code web-17 (failed: the disk is full)}. */
  private static String named(ToldHost host) {
    var why = new StringBuilder(host.state());
    if (host.state().equals("downloading")) {
      why.setLength(0);
      why.append(host.progress().map(p -> percent(p) + " %").orElse("downloading"))
          .append(", ")
          .append(ByteRate.format(host.bytesPerSecond()));
    }
    host.reason().ifPresent(reason -> why.append(": ").append(reason));
    host.alsoFrom().ifPresent(at -> why.append("; another calls itself so at ").append(at));
    return Text.printable(host.name() + " (" + why + ")");
  }

  /**
   * Machines and why each is not done, in one line; of many only some.
   *
   * @param all how many there are
   */
  private static String named(List<ToldHost> hosts, int all) {
    List<String> named = hosts.stream().limit(MOST_NAMED).map(RolloutWords::named).toList();
    int more = all - named.size();
    if (named.isEmpty()) {
      return Numbers.count(Math.max(0, more), "machine");
    }
    String list = String.join(", ", named);
    return more > 0 ? list + " and " + Numbers.grouped(more) + " more" : list;
  }

  /** Why not all have it: it is over without that, or who is missing; nothing if all do. */
  public static Optional<String> whyNotDone(Seen seen) {
    ToldRollout rollout = seen.rollout();
    if (rollout.state() == ToldRollout.State.CANCELLED) {
      return Optional.of("it was cancelled");
    }
    if (seen.isGone()) {
      return Optional.of("the tracker knows nothing of it any more");
    }
    int missing = rollout.counts().needed() - rollout.counts().done();
    return missing > 0
        ? Optional.of("missing: " + named(seen.missing(), missing))
        : Optional.empty();
  }

  /** Machines in a table. */
  public static Table table(List<ToldHost> hosts) {
    var table = new Table("machine", "state", " done", " rate", " left", "address", "why");
    for (ToldHost host : hosts) {
      table.row(
          host.name(),
          host.state(),
          host.progress().map(share -> percent(share) + " %").orElse("-"),
          host.bytesPerSecond() > 0 ? ByteRate.format(host.bytesPerSecond()) : "-",
          left(host).orElse("-"),
          host.address().orElse("-"),
          why(host));
    }
    return table;
  }

  /** Rollouts in a table. */
  public static Table list(List<ToldRollout> rollouts) {
    var table = new Table("rollout", "torrent", "state", " have it", " of", " done", "begun");
    for (ToldRollout rollout : rollouts) {
      table.row(
          rollout.id(),
          rollout.name(),
          rollout.state().name().toLowerCase(Locale.ROOT),
          Numbers.grouped(rollout.counts().done()),
          Numbers.grouped(rollout.counts().needed()),
          percent(rollout.progress()) + " %",
          rollout.created().toString());
    }
    return table;
  }

  private static Optional<String> left(ToldHost host) {
    return host.secondsLeft().map(seconds -> TimeSpan.format(Duration.ofSeconds(seconds)));
  }

  private static String why(ToldHost host) {
    String reason = host.reason().orElse("");
    return host.alsoFrom()
        .map(at -> (reason.isEmpty() ? "" : reason + "; ") + "another calls itself so at " + at)
        .orElse(reason);
  }

  /**
   * As it is drawn again and again: those who are not done, then all together.
   *
   * @param own what there is to say besides
   * @param columns lines are no longer
   */
  public static List<String> live(
      ToldRollout rollout, List<ToldHost> missing, String own, int columns) {
    int bar = Math.clamp(columns - FIXED_COLUMNS, 0, MOST_BAR_COLUMNS);
    List<String> lines = new ArrayList<>();
    for (ToldHost host : missing) {
      lines.add(line(host, bar < LEAST_BAR_COLUMNS ? 0 : bar));
    }
    lines.add(progress(rollout) + own);
    return lines.stream().map(line -> Text.fit(line, columns - 1)).toList();
  }

  private static String line(ToldHost host, int barColumns) {
    int percent = percent(host.progress().orElse(0.0));
    String rate = host.bytesPerSecond() > 0 ? ByteRate.format(host.bytesPerSecond()) : "";
    return Text.pad(Text.printable(host.name()), NAME_COLUMNS)
        + " "
        + (barColumns > 0 ? "[" + Text.bar(percent, barColumns) + "] " : "")
        + "%4d %% %10s %9s  ".formatted(percent, rate, left(host).orElse(""))
        + Text.printable(Text.pad(Text.printable(host.state()), STATE_COLUMNS) + " " + why(host))
            .stripTrailing();
  }

  private static int percent(double share) {
    return (int) Math.floor(100 * Math.clamp(share, 0.0, 1.0));
  }
}
