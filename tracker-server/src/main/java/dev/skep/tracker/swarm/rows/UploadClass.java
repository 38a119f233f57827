package dev.skep.tracker.swarm.rows;

/**
 * How fast a peer's announced upload grew, in four bits: 0 unknown, 1 under 1 KiB/s, then by
 * doubling.
 */
public final class UploadClass {
  static final int UNKNOWN = 0;
  private static final int FASTEST = 15;
  private static final int NEWCOMER_WEIGHT = 6;
  private static final int MOST_WEIGHT = 10;

  private UploadClass() {}

  static int of(long grownBytes, int seconds) {
    long kibPerSecond = (Math.max(0, grownBytes) / Math.max(1, seconds)) >>> 10;
    return Math.min(FASTEST, 1 + Long.SIZE - Long.numberOfLeadingZeros(kibPerSecond));
  }

  /** 3 to 10: beyond 64 KiB/s more upload gains nothing, and whoever lies gains little. */
  public static int weight(int uploadClass) {
    return uploadClass == UNKNOWN ? NEWCOMER_WEIGHT : Math.min(MOST_WEIGHT, 2 + uploadClass);
  }
}
