package dev.skep.agent.library;

import dev.skep.agent.session.content.FilePriority;

/** What one of a torrent's files is worth, as it was said: also of a file that is left out now. */
public enum FileWish {
  LOW('l', true, -1),
  NORMAL('n', true, 0),
  HIGH('h', true, 1),
  SKIP_LOW('L', false, -1),
  SKIP_NORMAL('N', false, 0),
  SKIP_HIGH('H', false, 1);

  private final char letter;
  private final boolean wanted;
  private final int priority;

  FileWish(char letter, boolean wanted, int priority) {
    this.letter = letter;
    this.wanted = wanted;
    this.priority = priority;
  }

  /**
   * A wish.
   *
   * @param priority below 0 low, 0 normal, above 0 high
   */
  public static FileWish of(boolean wanted, int priority) {
    return switch (Integer.signum(priority)) {
      case -1 -> wanted ? LOW : SKIP_LOW;
      case 0 -> wanted ? NORMAL : SKIP_NORMAL;
      default -> wanted ? HIGH : SKIP_HIGH;
    };
  }

  public boolean wanted() {
    return wanted;
  }

  /** −1, 0 or 1. */
  public int priority() {
    return priority;
  }

  /** What a transfer makes of it: low is as good as normal. */
  public FilePriority forTransfer() {
    if (!wanted) {
      return FilePriority.SKIP;
    }
    return this == HIGH ? FilePriority.FIRST : FilePriority.NORMAL;
  }

  /** How it is written. */
  char letter() {
    return letter;
  }

  /**
   * The wish that is written so.
   *
   * @throws IllegalArgumentException if none is
   */
  static FileWish ofLetter(char letter) {
    for (FileWish wish : values()) {
      if (wish.letter == letter) {
        return wish;
      }
    }
    throw new IllegalArgumentException("no wish is written " + letter);
  }
}
