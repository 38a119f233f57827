package dev.skep.agent.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of text under headings, every column as wide as its widest cell. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** The headings; one that begins with a space stands over numbers, which end at its right. */
  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row with as many cells as there are headings. */
  public void row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(cells.length + " cells");
    }
    rows.add(List.of(cells));
  }

  /** The lines, headings first. */
  public List<String> lines() {
    List<String> headings = rows.getFirst();
    int[] widths =
        IntStream.range(0, headings.size())
            .map(column -> rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, headings, widths)).toList();
  }

  /** The same, and none longer than that many columns. */
  public List<String> lines(int columns) {
    return lines().stream().map(line -> Text.fit(line, columns)).toList();
  }

  private static String line(List<String> row, List<String> headings, int[] widths) {
    var line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = Text.printable(row.get(column).strip());
      String fill = " ".repeat(widths[column] - width(cell));
      boolean number = headings.get(column).startsWith(" ");
      line.append(column == 0 ? "" : "  ").append(number ? fill + cell : cell + fill);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String cell) {
    String shown = Text.printable(cell.strip());
    return shown.codePointCount(0, shown.length());
  }
}
