package dev.skep.tracker.http.admission;

import java.time.Duration;

/**
 * What answers may take until they are with those who asked.
 *
 * @param bytes most bytes of answers on the heap that wait to be taken, in all
 * @param bytesPerAddress of these for one address
 * @param stall how long nothing of an answer may be taken
 * @param leastBytesPerSecond how fast an answer is to be taken, on the whole
 */
public record AnswerLimits(
    long bytes, long bytesPerAddress, Duration stall, long leastBytesPerSecond) {
  public static final AnswerLimits DEFAULT =
      new AnswerLimits(32 << 20, 4 << 20, Duration.ofSeconds(10), 8 << 10);

  public AnswerLimits {
    if (bytes < 1 || bytesPerAddress < 1 || leastBytesPerSecond < 1) {
      throw new IllegalArgumentException("limits of answers are at least 1");
    }
  }
}
