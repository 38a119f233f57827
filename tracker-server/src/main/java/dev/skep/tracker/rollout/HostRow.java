package dev.skep.tracker.rollout;

import dev.skep.protocol.address.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A host of a rollout, as far as it is. Immutable: what it says next makes another one.
 *
 * @param address where it reports from, once it was heard of
 * @param alsoFrom where another machine reports from under its name, which is not believed
 * @param version of the rollout since it is so
 */
public record HostRow(
    String name,
    Optional<IpAddress> address,
    Optional<IpAddress> alsoFrom,
    Status status,
    Motion motion,
    long version) {
  private static final String STOPPED = "its agent was stopped";

  /**
   * What is known of it.
   *
   * @param done whether that is all it has to do
   * @param since when it is in this state
   * @param doneAt when it was done, if it is
   */
  public record Status(
      HostState state,
      boolean done,
      Optional<String> reason,
      Instant since,
      Optional<Instant> doneAt) {
    static Status of(HostState state, Optional<String> reason, Moment now) {
      return new Status(state, false, reason, now.time(), Optional.empty());
    }

    Status then(Status next) {
      return new Status(
          next.state,
          next.done,
          next.reason,
          next.state == state ? since : next.since,
          next.done && done ? doneAt : next.doneAt);
    }
  }

  /** A host that nothing was heard of. */
  static HostRow unseen(String name, Moment now) {
    return new HostRow(
        name,
        Optional.empty(),
        Optional.empty(),
        Status.of(HostState.UNSEEN, Optional.empty(), now),
        Motion.NONE,
        0);
  }

  /** The same host, of which something was heard, but nothing of the torrent. */
  HostRow waiting(IpAddress from, Moment now) {
    return new HostRow(
        name,
        Optional.of(from),
        alsoFrom,
        Status.of(HostState.WAITING, Optional.empty(), now),
        motion,
        version);
  }

  /**
   * The same host after what it said.
   *
   * @param patience how long it may stand still
   */
  HostRow after(Said said, RolloutPlan.Done enough, Duration patience) {
    boolean fetched = status.state == HostState.DOWNLOADING || status.state == HostState.STALLED;
    Motion next = motion.after(said, motion.heard().isEmpty() || !fetched);
    HostState state =
        switch (said.state()) {
          case FETCHING ->
              said.stopped() || isOver(said.at(), next.measured().movedNanos(), patience)
                  ? HostState.STALLED
                  : HostState.DOWNLOADING;
          case VERIFIED -> HostState.VERIFIED;
          case HOOKED -> HostState.HOOKED;
          case FAILED -> HostState.FAILED;
        };
    Optional<String> reason =
        state == HostState.STALLED && said.reason().isEmpty()
            ? Optional.of(said.stopped() ? STOPPED : unmoved(next, said.at()))
            : said.reason();
    boolean done = enough.holds(state);
    Instant now = said.at().time();
    var status = new Status(state, done, reason, now, done ? Optional.of(now) : Optional.empty());
    return new HostRow(
        name, Optional.of(said.from()), alsoFrom, this.status.then(status), next, version);
  }

  /** The same host, if it is silent, or does not move, for longer than one should be patient. */
  Optional<HostRow> stalled(Moment now, Duration patience) {
    boolean fetches = status.state == HostState.DOWNLOADING;
    if (!fetches && (status.state != HostState.VERIFIED || status.done)) {
      return Optional.empty();
    }
    boolean silent = isOver(now, motion.measured().heardNanos(), patience);
    boolean still = fetches && isOver(now, motion.measured().movedNanos(), patience);
    if (!silent && !still) {
      return Optional.empty();
    }
    String reason =
        silent
            ? "nothing heard since " + clock(now, motion.measured().heardNanos())
            : status.reason.orElse(unmoved(motion, now));
    return Optional.of(
        new HostRow(
            name,
            address,
            alsoFrom,
            Status.of(HostState.STALLED, Optional.of(reason), now),
            motion.still(),
            version));
  }

  /** The same host, whose name another one claims. */
  HostRow claimed(IpAddress by) {
    return new HostRow(name, address, Optional.of(by), status, motion, version);
  }

  /** The same host, brought back: it may be silent for a while again. */
  HostRow restored(Moment now) {
    var back = Motion.restored(motion.leftBytes(), motion.heard(), now.nanos());
    return new HostRow(name, address, alsoFrom, status, back, version);
  }

  /** As it is since a version of its rollout. */
  HostRow at(long newVersion) {
    return new HostRow(name, address, alsoFrom, status, motion, newVersion);
  }

  private static String unmoved(Motion motion, Moment now) {
    return "no progress since " + clock(now, motion.measured().movedNanos());
  }

  private static Instant clock(Moment now, long nanos) {
    return now.timeOf(nanos).truncatedTo(ChronoUnit.SECONDS);
  }

  private static boolean isOver(Moment now, long since, Duration patience) {
    return now.since(since).compareTo(patience) > 0;
  }
}
