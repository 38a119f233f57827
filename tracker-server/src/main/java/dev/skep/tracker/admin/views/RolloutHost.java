package dev.skep.tracker.admin.views;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.rollout.HostRow;
import dev.skep.tracker.rollout.HostState;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.Rollouts;
import jakarta.json.stream.JsonGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One host of a rollout. Times are RFC 3339; what is not known is absent.
 *
 * @param address where it was heard from last
 * @param state unseen, waiting, downloading, stalled, failed, verified or hooked
 * @param done whether that is all it has to do
 * @param late whether it is not done after the deadline
 * @param reason why it failed or does not move
 * @param progress 0 to 1
 * @param since when it is in this state
 * @param heard when it last said something
 * @param seconds from the rollout's begin until it was done
 * @param alsoFrom where another machine uses its name, which is not believed
 */
public record RolloutHost(
    String name,
    @Nullable String address,
    String state,
    boolean done,
    boolean late,
    @Nullable String reason,
    @Nullable Double progress,
    @Nullable Long bytesPerSecond,
    @Nullable Long secondsLeft,
    String since,
    @Nullable String heard,
    @Nullable Double seconds,
    @Nullable String alsoFrom)
    implements Listing.Row {
  private static final double MILLIS = 1000.0;

  /** A host as it is now. */
  public static RolloutHost of(Rollouts all, Rollout rollout, HostRow host) {
    HostRow.Status status = host.status();
    double progress =
        status.done() ? 1 : host.motion().progress(rollout.plan().torrent().totalBytes());
    long rate = host.motion().bytesPerSecond();
    OptionalLong left = host.motion().secondsLeft();
    return new RolloutHost(
        host.name(),
        host.address().map(IpAddress::toString).orElse(null),
        status.state().word(),
        status.done(),
        rollout.state() == Rollout.State.LATE && !status.done(),
        status.reason().orElse(null),
        progress < 0 ? null : Double.valueOf(rounded(progress)),
        rate < 0 ? null : Long.valueOf(rate),
        left.isPresent() ? Long.valueOf(left.getAsLong()) : null,
        status.since().toString(),
        heard(all, host).map(Instant::toString).orElse(null),
        status.doneAt().map(at -> seconds(rollout.created(), at)).orElse(null),
        host.alsoFrom().map(IpAddress::toString).orElse(null));
  }

  /** Of one that said nothing of the torrent, when it said anything. */
  private static Optional<Instant> heard(Rollouts all, HostRow host) {
    return host.status().state() == HostState.WAITING
        ? all.host(host.name()).map(KnownHost::heard)
        : host.motion().heard();
  }

  private static Double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis()) / MILLIS;
  }

  /** A part of a whole, to a thousandth. */
  static double rounded(double part) {
    return Math.floor(part * MILLIS) / MILLIS;
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("name", name);
    write(out, "address", address);
    out.write("state", state).write("done", done).write("late", late);
    write(out, "reason", reason);
    if (progress != null) {
      out.write("progress", progress);
    }
    if (bytesPerSecond != null) {
      out.write("bytesPerSecond", bytesPerSecond);
    }
    if (secondsLeft != null) {
      out.write("secondsLeft", secondsLeft);
    }
    out.write("since", since);
    write(out, "heard", heard);
    if (seconds != null) {
      out.write("seconds", seconds);
    }
    write(out, "alsoFrom", alsoFrom);
  }

  private static void write(JsonGenerator out, String member, @Nullable String value) {
    if (value != null) {
      out.write(member, value);
    }
  }
}
