package dev.skep.agent.cli.console;

/** Words of strangers (a torrent's name, a tracker's reason) made fit for a terminal. */
public final class Text {
  private Text() {}

  /** The text with every control and direction-changing character shown as a question mark. */
  public static String printable(String text) {
    return text.codePoints()
        .map(c -> isHarmless(c) ? c : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /**
   * JSON in which every control and direction-changing character is written as an escape: the same
   * document, fit for a terminal.
   */
  static String escaped(String json) {
    var escaped = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (isHarmless(c) || c == '\n') {
                escaped.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  escaped.append("\\u%04x".formatted((int) unit));
                }
              }
            });
    return escaped.toString();
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** A bar so many columns wide. */
  public static String bar(int percent, int columns) {
    int full = Math.clamp(percent, 0, 100) * columns / 100;
    return "#".repeat(full) + "-".repeat(columns - full);
  }

  /** At most {@code width} characters, the cut shown by an ellipsis. */
  public static String fit(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    int end = text.offsetByCodePoints(0, Math.max(0, width - 1));
    return text.substring(0, end) + (width > 0 ? "…" : "");
  }

  /** Filled with spaces on the right, or cut, to exactly {@code width} characters. */
  public static String pad(String text, int width) {
    String cut = fit(text, width);
    return cut + " ".repeat(width - cut.codePointCount(0, cut.length()));
  }
}
