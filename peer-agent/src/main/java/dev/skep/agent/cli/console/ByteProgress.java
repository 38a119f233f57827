package dev.skep.agent.cli.console;

import java.time.Duration;

/** One line for work that goes through a known number of bytes: share, rate, time left. */
public final class ByteProgress {
  private final Progress progress;
  private final String verb;
  private final long totalBytes;
  private final long start = System.nanoTime();

  /** The verb says what is done to the bytes: {@code hashing}. */
  public ByteProgress(Progress progress, String verb, long totalBytes) {
    this.progress = progress;
    this.verb = verb;
    this.totalBytes = totalBytes;
  }

  /** Shows how far it is, if it is time to show something. */
  public void show(long doneBytes) {
    progress.show(() -> line(verb, doneBytes, totalBytes, System.nanoTime() - start));
  }

  static String line(String verb, long doneBytes, long totalBytes, long elapsedNanos) {
    double bytesPerSecond = doneBytes / (Math.max(1, elapsedNanos) / 1e9);
    String left = "";
    if (bytesPerSecond > 0) {
      long millis = (long) ((totalBytes - doneBytes) / bytesPerSecond * 1000);
      left = ", " + TimeSpan.format(Duration.ofMillis(millis)) + " left";
    }
    return "%s %d %% of %s, %s%s"
        .formatted(
            verb,
            Numbers.percent(doneBytes, totalBytes),
            ByteSize.format(totalBytes),
            ByteRate.format((long) bytesPerSecond),
            left);
  }
}
