package dev.skep.agent.cli.console;

/**
 * How numbers are written for people; the same in every country, as scripts may read them. Without
 * {@code String.format}, which looks for the country's customs first: a tenth of a short command.
 */
public final class Numbers {
  private Numbers() {}

  /** With thousands set apart: {@code 1,234,567}. */
  public static String grouped(long number) {
    var text = new StringBuilder(Long.toString(number));
    int first = number < 0 ? 1 : 0;
    for (int at = text.length() - 3; at > first; at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /** A share of 0.0 to 1.0 as whole percent, rounded down: 100 only when all is there. */
  public static int percent(long part, long whole) {
    return whole <= 0 ? 100 : (int) Math.floor(100.0 * Math.min(part, whole) / whole);
  }

  /** {@code 1 peer}, {@code 2 peers}, {@code 1,000 peers}. */
  public static String count(long number, String singular) {
    return grouped(number) + " " + singular + (number == 1 ? "" : "s");
  }

  /** Whole from ten on, else one decimal unless it is zero. */
  static String short3(double value, boolean whole) {
    if (whole || value >= 9.95) {
      return Long.toString(Math.round(value));
    }
    long tenths = Math.round(value * 10);
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10);
  }
}
