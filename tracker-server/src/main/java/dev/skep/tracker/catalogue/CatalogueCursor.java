package dev.skep.tracker.catalogue;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A state of a catalogue, for who follows it: as text it is 16 hexadecimal digits, a hyphen and a
 * number.
 *
 * @param catalogue drawn at random when a catalogue begins, so that versions of another one mean
 *     nothing here
 * @param version how many changes there were
 */
public record CatalogueCursor(long catalogue, long version) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})-(\\d{1,18})");

  /** Reads the text of one, if it is that. */
  public static Optional<CatalogueCursor> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(
            new CatalogueCursor(
                Long.parseUnsignedLong(parts.group(1), 16), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(catalogue) + "-" + version;
  }
}
