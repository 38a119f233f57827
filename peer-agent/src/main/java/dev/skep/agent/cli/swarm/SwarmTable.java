package dev.skep.agent.cli.swarm;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The swarm in lines: one for each peer, then all together. */
final class SwarmTable {
  // Name, percent, rates, peers, the longest state, and a column that stays free.
  private static final int WITHOUT_BAR_OR_ADDRESS = 58;
  private static final int ADDRESS_COLUMNS = 12;
  private static final int MAX_BAR_COLUMNS = 24;

  private SwarmTable() {}

  /** One peer at this moment. */
  record Row(String name, String address, ChildReport report) {
    int percent() {
      return report.totalBytes() == 0
          ? 0
          : Numbers.percent(report.verifiedBytes(), report.totalBytes());
    }
  }

  /** Lines no longer than that many columns; the seeder is the first row. */
  static List<String> lines(List<Row> rows, long bytes, Duration elapsed, int columns) {
    boolean addresses = columns > WITHOUT_BAR_OR_ADDRESS + ADDRESS_COLUMNS;
    int spare = columns - WITHOUT_BAR_OR_ADDRESS - (addresses ? ADDRESS_COLUMNS : 0) - 3;
    int bar = Math.clamp(spare, 0, MAX_BAR_COLUMNS);
    var lines = new ArrayList<String>();
    lines.add(
        Text.pad("peer", 11)
            + (addresses ? Text.pad("address", ADDRESS_COLUMNS) : "")
            + Text.pad("progress", 6 + (bar >= 4 ? bar + 3 : 2))
            + "        in        out  peers  state");
    rows.forEach(row -> lines.add(line(row, addresses, bar)));
    lines.add(overall(rows, bytes, elapsed));
    return lines.stream().map(line -> Text.fit(line, columns - 1)).toList();
  }

  private static String line(Row row, boolean addresses, int bar) {
    ChildReport report = row.report();
    return Text.pad(row.name(), 11)
        + (addresses ? Text.pad(row.address(), ADDRESS_COLUMNS) : "")
        + (bar >= 4 ? "[" + Text.bar(row.percent(), bar) + "] " : "")
        + "%4d %%".formatted(row.percent())
        + (bar >= 4 ? "" : "  ")
        + "%10s %10s %5d  %s"
            .formatted(
                ByteRate.format(report.downBytesPerSecond()),
                ByteRate.format(report.upBytesPerSecond()),
                report.connected(),
                report.state());
  }

  /** What all leechers together have and do: one line, also where there is no table. */
  static String overall(List<Row> rows, long bytes, Duration elapsed) {
    List<Row> leechers = rows.subList(1, rows.size());
    long verified = leechers.stream().mapToLong(row -> row.report().verifiedBytes()).sum();
    long rate = leechers.stream().mapToLong(row -> row.report().downBytesPerSecond()).sum();
    long all = bytes * leechers.size();
    String left =
        rate == 0
            ? ""
            : ", " + TimeSpan.format(Duration.ofMillis((all - verified) * 1000 / rate)) + " left";
    return "all %d %%, %s, %s%s"
        .formatted(
            Numbers.percent(verified, all), ByteRate.format(rate), TimeSpan.format(elapsed), left);
  }
}
