package dev.skep.agent.cli.console;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 512}, {@code 256KiB}, {@code 1.5 GiB}, {@code
 * 100MB}.
 *
 * <p>{@code KiB}, {@code MiB}, … and the short {@code K}, {@code M}, … count in 1,024s; {@code kB},
 * {@code MB}, … count in 1,000s. A part of a byte is dropped.
 *
 * @param bytes 0 to {@link Long#MAX_VALUE}
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?) ?([a-z]*)", Pattern.CASE_INSENSITIVE);
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final Map<String, Integer> POWERS =
      Map.of("", 0, "k", 1, "m", 2, "g", 3, "t", 4, "p", 5, "e", 6);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative");
    }
  }

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException with one line for the user when it is none
   */
  public static ByteSize parse(String text) {
    var form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a size; write 256KiB or 1GiB");
    }
    long unit = unitBytes(text, form.group(2).toLowerCase(Locale.ROOT));
    BigDecimal bytes = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is more than any file holds");
    }
    return new ByteSize(bytes.longValue());
  }

  private static long unitBytes(String text, String unit) {
    boolean binary = unit.endsWith("ib");
    boolean decimal = !binary && unit.length() > 1 && unit.endsWith("b");
    String prefix =
        binary
            ? unit.substring(0, unit.length() - 2)
            : unit.endsWith("b") ? unit.substring(0, unit.length() - 1) : unit;
    Integer power = POWERS.get(prefix);
    if (power == null || (binary && power == 0)) {
      throw new IllegalArgumentException(
          "'" + text + "' has no unit of size; write B, KiB, MiB, GiB or TiB");
    }
    long base = decimal ? 1000 : 1024;
    long bytes = 1;
    for (int i = 0; i < power; i++) {
      bytes *= base;
    }
    return bytes;
  }

  /** The size in binary units, with one decimal below ten: {@code 1.5 GiB}, {@code 256 MiB}. */
  @Override
  public String toString() {
    return format(bytes);
  }

  /** {@link #toString} without an object. */
  public static String format(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1023.5 && unit < BINARY.length - 1) {
      value /= 1024;
      unit++;
    }
    return Numbers.short3(value, unit == 0) + " " + BINARY[unit];
  }
}
