package dev.skep.agent.discovery;

/** What a stranger's program says, for a person to read. */
final class StrangersWords {
  private static final int MOST_CHARACTERS = 200;

  private StrangersWords() {}

  /** In one line, without what a terminal would obey, and cut where nobody reads on. */
  static String inOneLine(String text) {
    String line = text.substring(0, Math.min(text.length(), 4 * MOST_CHARACTERS));
    line = line.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    boolean cut = line.length() > MOST_CHARACTERS || text.length() > 4 * MOST_CHARACTERS;
    return cut ? line.substring(0, Math.min(line.length(), MOST_CHARACTERS)) + "…" : line;
  }
}
