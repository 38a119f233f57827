package dev.skep.agent.cli.console;

/**
 * A speed as people write it: a size for each second, {@code 10MiB/s} or {@code 500kB/s}.
 *
 * @param bytesPerSecond 0 to {@link Long#MAX_VALUE}
 */
public record ByteRate(long bytesPerSecond) {
  public ByteRate {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate is not negative");
    }
  }

  /**
   * Reads a rate; the {@code /s} may be left out.
   *
   * @throws IllegalArgumentException with one line for the user when it is none
   */
  public static ByteRate parse(String text) {
    String rate = text.strip();
    String size = rate.endsWith("/s") ? rate.substring(0, rate.length() - 2) : rate;
    try {
      return new ByteRate(ByteSize.parse(size).bytes());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not a rate; write 10MiB/s", e);
    }
  }

  @Override
  public String toString() {
    return format(bytesPerSecond);
  }

  /** A rate in the units in which people give limits: {@code 118 MiB/s}. */
  public static String format(long bytesPerSecond) {
    return ByteSize.format(bytesPerSecond) + "/s";
  }
}
