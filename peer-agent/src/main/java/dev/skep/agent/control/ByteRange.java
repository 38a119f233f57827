package dev.skep.agent.control;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a body (RFC 9110, 14.1).
 *
 * @param first byte
 * @param end behind the last byte
 */
record ByteRange(long first, long end) {
  private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** Whether a header asks for one range; what else it says is not heeded. */
  static boolean isOne(String header) {
    Matcher asked = FORM.matcher(header.strip());
    if (!asked.matches()) {
      return false;
    }
    String first = asked.group(1);
    String last = asked.group(2);
    return first.isEmpty()
        ? !last.isEmpty()
        : last.isEmpty() || Long.parseLong(first) <= Long.parseLong(last);
  }

  /**
   * What {@linkplain #isOne such} a header asks for of a body of this length.
   *
   * @return empty if nothing of it is there
   */
  static Optional<ByteRange> of(String header, long length) {
    Matcher asked = FORM.matcher(header.strip());
    if (!asked.matches()) {
      return Optional.empty();
    }
    if (asked.group(1).isEmpty()) {
      long last = Math.min(length, Long.parseLong(asked.group(2)));
      return last == 0 ? Optional.empty() : Optional.of(new ByteRange(length - last, length));
    }
    long first = Long.parseLong(asked.group(1));
    long last = asked.group(2).isEmpty() ? length - 1 : Long.parseLong(asked.group(2));
    return first >= length
        ? Optional.empty()
        : Optional.of(new ByteRange(first, Math.min(length, last + 1)));
  }

  long length() {
    return end - first;
  }
}
