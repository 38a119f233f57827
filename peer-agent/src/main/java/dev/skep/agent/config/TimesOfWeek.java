package dev.skep.agent.config;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A time of the day on some days of the week. One that ends before it begins ends on the day after.
 *
 * @param days on which it begins
 * @param fromMinute of the day, 0 to 1439
 * @param toMinute of the day, not included
 */
public record TimesOfWeek(Set<DayOfWeek> days, int fromMinute, int toMinute) {
  static final String EXPECTED = "days and times such as 'mon,tue,fri 08:00-17:30'";

  private static final List<String> NAMES =
      List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern FORM =
      Pattern.compile(
          "((?:[a-z]{3},)*[a-z]{3}) ([01]\\d|2[0-3]):([0-5]\\d)-([01]\\d|2[0-3]):([0-5]\\d)");
  private static final int MINUTES_OF_DAY = 24 * 60;

  public TimesOfWeek {
    days = Set.copyOf(days);
    if (fromMinute < 0
        || fromMinute >= MINUTES_OF_DAY
        || toMinute < 0
        || toMinute >= MINUTES_OF_DAY) {
      throw new IllegalArgumentException("a day has minutes 0 to 1439");
    }
  }

  /** Reads what {@link #toString} makes. */
  static Optional<TimesOfWeek> read(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String name : parts.group(1).split(",", -1)) {
      int day = NAMES.indexOf(name);
      if (day < 0) {
        return Optional.empty();
      }
      days.add(DayOfWeek.of(1 + day));
    }
    return Optional.of(
        new TimesOfWeek(
            days, minute(parts.group(2), parts.group(3)), minute(parts.group(4), parts.group(5))));
  }

  private static int minute(String hour, String minute) {
    return 60 * Integer.parseInt(hour) + Integer.parseInt(minute);
  }

  /** Whether it is this time. */
  public boolean includes(LocalDateTime now) {
    int minute = 60 * now.getHour() + now.getMinute();
    boolean today = days.contains(now.getDayOfWeek());
    if (fromMinute <= toMinute) {
      return today && fromMinute <= minute && minute < toMinute;
    }
    boolean yesterday = days.contains(now.getDayOfWeek().minus(1));
    return (today && fromMinute <= minute) || (yesterday && minute < toMinute);
  }

  @Override
  public String toString() {
    String names =
        days.stream()
            .sorted()
            .map(day -> NAMES.get(day.getValue() - 1))
            .collect(Collectors.joining(","));
    return names + " " + clock(fromMinute) + "-" + clock(toMinute);
  }

  private static String clock(int minute) {
    return "%02d:%02d".formatted(minute / 60, minute % 60);
  }
}
