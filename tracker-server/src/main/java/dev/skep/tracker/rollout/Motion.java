package dev.skep.tracker.rollout;

import dev.skep.protocol.tracker.HostReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a host gets on, as its reports show.
 *
 * @param leftBytes what is missing; below 0 if that is not known
 * @param bytesPerSecond how fast it fetches; below 0 if that is not known
 * @param heard when it last said something of the torrent
 * @param measured what that is made of
 */
public record Motion(
    long leftBytes, long bytesPerSecond, Optional<Instant> heard, Measured measured) {
  /** Of a host that said nothing. */
  static final Motion NONE = new Motion(-1, -1, Optional.empty(), new Measured(0, 0, 0, 0));

  /** Reports nearer to one another make no rate: one over each address family, for example. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private static final double NANOS = 1e9;

  /**
   * Monotonic times, and what was fetched at one of them.
   *
   * @param downloadedBytes at {@code rateNanos}, as it was told
   * @param movedNanos when less was missing than before
   */
  public record Measured(long downloadedBytes, long rateNanos, long heardNanos, long movedNanos) {}

  /**
   * After one more report.
   *
   * @param begins whether it was not fetching before
   */
  Motion after(Said said, boolean begins) {
    long now = said.at().nanos();
    boolean anew = begins || said.downloadedBytes() < measured.downloadedBytes();
    boolean enough = said.at().since(measured.rateNanos()).compareTo(SHORTEST) >= 0;
    boolean fetches = said.state() == HostReport.State.FETCHING && !said.stopped();
    long rate = !fetches || anew ? -1 : enough ? rate(said) : bytesPerSecond;
    boolean counted = anew || enough;
    return new Motion(
        said.leftBytes(),
        rate,
        Optional.of(said.at().time()),
        new Measured(
            counted ? said.downloadedBytes() : measured.downloadedBytes(),
            counted ? now : measured.rateNanos(),
            now,
            begins || hasMoved(said) ? now : measured.movedNanos()));
  }

  /** Half of it is the last stretch, half what was before. */
  private long rate(Said said) {
    double seconds = said.at().since(measured.rateNanos()).toNanos() / NANOS;
    double last = (said.downloadedBytes() - measured.downloadedBytes()) / seconds;
    return Math.round(bytesPerSecond < 0 ? last : (bytesPerSecond + last) / 2);
  }

  private boolean hasMoved(Said said) {
    return said.leftBytes() < 0
        ? said.downloadedBytes() > measured.downloadedBytes()
        : leftBytes < 0 || said.leftBytes() < leftBytes;
  }

  /** The same without a rate. */
  Motion still() {
    return new Motion(leftBytes, -1, heard, measured);
  }

  /**
   * What is kept of one, brought back: nothing was missed while the tracker did not run, and how
   * much was fetched by then is not known.
   */
  public static Motion restored(long leftBytes, Optional<Instant> heard, long nanos) {
    return new Motion(leftBytes, -1, heard, new Measured(Long.MAX_VALUE, nanos, nanos, nanos));
  }

  /** How much of so many bytes is there, 0 to 1; unknown as below 0. */
  public double progress(long totalBytes) {
    return leftBytes < 0 || totalBytes <= 0
        ? -1
        : (double) (totalBytes - Math.min(totalBytes, leftBytes)) / totalBytes;
  }

  /** How long what is missing takes at this rate, if that is known. */
  public OptionalLong secondsLeft() {
    return leftBytes > 0 && bytesPerSecond > 0
        ? OptionalLong.of(Math.ceilDiv(leftBytes, bytesPerSecond))
        : OptionalLong.empty();
  }
}
