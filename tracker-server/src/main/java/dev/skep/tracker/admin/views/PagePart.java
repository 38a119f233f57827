package dev.skep.tracker.admin.views;

import java.util.Optional;

/**
 * A part of a list that can be had.
 *
 * @param after where the page before ended
 * @param skip how many rows to leave out behind that, 0 to 10,000
 * @param most how many rows it has at most, 1 to 1,000
 */
public record PagePart(Optional<String> after, int skip, int most) {
  /** The first rows of a list. */
  public static PagePart first(int most) {
    return new PagePart(Optional.empty(), 0, most);
  }
}
