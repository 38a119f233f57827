package dev.skep.agent.session;

import dev.skep.agent.storage.DiskFigures;

/**
 * What the disk workers did lately.
 *
 * @param busy share of their time that they worked, 0 to 1
 * @param hashing share of it in which they hashed what came
 * @param waiting jobs that none had taken up at the end
 */
public record DiskLoad(double busy, double hashing, int waiting) {
  public static final DiskLoad NONE = new DiskLoad(0, 0, 0);

  /** Between two moments. */
  static DiskLoad between(
      DiskFigures.Seen before, DiskFigures.Seen now, long passedNanos, int workers) {
    double time = Math.max(1.0, (double) passedNanos * workers);
    return new DiskLoad(
        Math.min(1, (now.busyNanos() - before.busyNanos()) / time),
        Math.min(1, (now.hashNanos() - before.hashNanos()) / time),
        now.waiting());
  }
}
