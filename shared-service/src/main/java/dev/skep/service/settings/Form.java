package dev.skep.service.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the text of a setting is read.
 *
 * @param expected what a right value looks like, for messages and the documentation
 * @param reader gives the value, or nothing when the text is not of this form
 */
public record Form<T>(String expected, Function<String, Optional<T>> reader) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB|TiB)?");

  /** Whole numbers from {@code from} to {@code to}, both included. */
  public static Form<Integer> number(int from, int to) {
    return new Form<>(
        "a whole number from " + from + " to " + to,
        text -> number(text, from, to).map(Long::intValue));
  }

  public static Form<Integer> port() {
    return new Form<>(
        "a port from 1 to 65535, or 0 for any free one",
        text -> number(text, 0, 65535).map(Long::intValue));
  }

  /**
   * Durations such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d} within bounds.
   */
  public static Form<Duration> duration(Duration from, Duration to) {
    return new Form<>(
        "a duration from " + text(from) + " to " + text(to),
        text ->
            duration(text).filter(value -> value.compareTo(from) >= 0 && value.compareTo(to) <= 0));
  }

  /** Sizes in bytes such as {@code 64KiB} or {@code 10MiB} within bounds. */
  public static Form<Long> size(long fromBytes, long toBytes) {
    return new Form<>(
        "a size from " + sizeText(fromBytes) + " to " + sizeText(toBytes),
        text -> size(text).filter(value -> value >= fromBytes && value <= toBytes));
  }

  /** Rates in bytes per second such as {@code 10MiB/s}; 0 for no limit. */
  public static Form<Long> rate() {
    return new Form<>(
        "a rate such as 10MiB/s, or 0 for no limit",
        text ->
            text.equals("0")
                ? Optional.of(0L)
                : Optional.of(text)
                    .filter(rate -> rate.endsWith("/s"))
                    .flatMap(rate -> size(rate.substring(0, rate.length() - 2).strip())));
  }

  /** Another form, or nothing at all. */
  public static <T> Form<Optional<T>> orNothing(Form<T> form) {
    return new Form<>(form.expected() + ", or nothing", text -> orNothing(form, text));
  }

  private static <T> Optional<Optional<T>> orNothing(Form<T> form, String text) {
    Optional<T> value = form.reader().apply(text);
    return text.isEmpty() || value.isPresent() ? Optional.of(value) : Optional.empty();
  }

  public static Form<Boolean> yesOrNo() {
    return new Form<>(
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** The constants of an enum, in lower case with hyphens. */
  public static <E extends Enum<E>> Form<E> oneOf(Class<E> choices) {
    List<E> constants = List.of(choices.getEnumConstants());
    return new Form<>(
        "one of: " + String.join(", ", constants.stream().map(Form::word).toList()),
        text -> constants.stream().filter(c -> word(c).equals(text)).findFirst());
  }

  /** Any text but none. */
  public static Form<String> text(String expected) {
    return new Form<>(expected, Form::nonEmpty);
  }

  public static Form<Path> folder() {
    return path("a folder");
  }

  public static Form<Path> file() {
    return path("a file");
  }

  private static Form<Path> path(String expected) {
    return new Form<>(expected, text -> nonEmpty(text).flatMap(Form::pathOf));
  }

  /** Words with a separator between them; none when the text is empty. */
  public static Form<List<String>> words(String separator, String expected) {
    return new Form<>(
        expected,
        text ->
            Optional.of(
                Stream.of(text.split(separator, -1))
                    .map(String::trim)
                    .filter(s -> !s.isEmpty())
                    .toList()));
  }

  private static Optional<Long> number(String text, long from, long to) {
    if (!text.matches("-?\\d{1,10}")) {
      return Optional.empty();
    }
    long value = Long.parseLong(text);
    return value >= from && value <= to ? Optional.of(value) : Optional.empty();
  }

  private static Optional<Duration> duration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(parts.group(1));
    return Optional.of(
        switch (parts.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  private static Optional<Long> size(String text) {
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (parts.group(2) == null ? "B" : parts.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          case "TiB" -> 40;
          default -> 0;
        };
    long amount = Long.parseLong(parts.group(1));
    return amount > Long.MAX_VALUE >> shift ? Optional.empty() : Optional.of(amount << shift);
  }

  private static Optional<Path> pathOf(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(Duration value) {
    long millis = value.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = value.toSeconds();
    return seconds % 86_400 == 0 && seconds > 0
        ? value.toDays() + "d"
        : seconds % 3600 == 0 && seconds > 0
            ? value.toHours() + "h"
            : seconds % 60 == 0 && seconds > 0 ? value.toMinutes() + "m" : seconds + "s";
  }

  private static String sizeText(long bytes) {
    int unit = 0;
    long amount = bytes;
    while (amount >= 1024 && amount % 1024 == 0 && unit < 4) {
      amount /= 1024;
      unit++;
    }
    return amount + List.of("B", "KiB", "MiB", "GiB", "TiB").get(unit);
  }
}
