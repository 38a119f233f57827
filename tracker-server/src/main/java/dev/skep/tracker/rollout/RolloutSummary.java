package dev.skep.tracker.rollout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.OptionalLong;

/**
 * A rollout in numbers. Each host counts once among {@code done} to {@code unseen}; who is verified
 * and has more to do counts as downloading.
 *
 * @param needed how many hosts have to be done
 * @param late how many are not done though the deadline is over
 * @param progress 0 to 1, of what is needed
 * @param bytesPerSecond of all hosts together
 * @param secondsLeft until the last one that downloads is done, if that is known
 * @param missing names of some that are not done, the worst first; at most {@value #MOST_MISSING}
 */
public record RolloutSummary(
    int needed,
    int hosts,
    int done,
    int downloading,
    int stalled,
    int failed,
    int waiting,
    int unseen,
    int late,
    double progress,
    long bytesPerSecond,
    OptionalLong secondsLeft,
    List<String> missing) {
  /** Most names in {@code missing}. */
  public static final int MOST_MISSING = 20;

  private static final List<HostState> WORST_FIRST =
      List.of(
          HostState.FAILED,
          HostState.STALLED,
          HostState.UNSEEN,
          HostState.WAITING,
          HostState.VERIFIED,
          HostState.DOWNLOADING);

  /** Goes through all hosts once. */
  static RolloutSummary of(Rollout rollout) {
    var counts = new EnumMap<HostState, Integer>(HostState.class);
    var missing = new ArrayList<HostRow>();
    int hosts = 0;
    int done = 0;
    double progress = 0;
    long rate = 0;
    long seconds = -1;
    for (HostRow host : rollout.hosts()) {
      hosts++;
      if (host.status().done()) {
        done++;
        progress++;
        continue;
      }
      counts.merge(host.status().state(), 1, Integer::sum);
      missing.add(host);
      progress += Math.max(0, host.motion().progress(rollout.plan().torrent().totalBytes()));
      rate = sum(rate, Math.max(0, host.motion().bytesPerSecond()));
      seconds = Math.max(seconds, host.motion().secondsLeft().orElse(-1));
    }
    int needed = rollout.plan().target().anyOf().orElse(hosts);
    return new RolloutSummary(
        needed,
        hosts,
        done,
        counts.getOrDefault(HostState.DOWNLOADING, 0) + counts.getOrDefault(HostState.VERIFIED, 0),
        counts.getOrDefault(HostState.STALLED, 0),
        counts.getOrDefault(HostState.FAILED, 0),
        counts.getOrDefault(HostState.WAITING, 0),
        counts.getOrDefault(HostState.UNSEEN, 0),
        rollout.state() == Rollout.State.LATE ? hosts - done : 0,
        needed == 0 ? 0 : Math.min(1, progress / needed),
        rate,
        seconds < 0 ? OptionalLong.empty() : OptionalLong.of(seconds),
        names(missing));
  }

  /** Of numbers that strangers choose. */
  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  private static List<String> names(List<HostRow> missing) {
    return missing.stream()
        .sorted(
            Comparator.comparingInt((HostRow host) -> WORST_FIRST.indexOf(host.status().state())))
        .limit(MOST_MISSING)
        .map(HostRow::name)
        .toList();
  }
}
