package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code top} shows: the torrents as they were seen last, their rates of the last looks, an
 * order, and how far it is scrolled. Knows of no terminal.
 */
final class TopView {
  private static final int ALL = -1;
  private static final int MOST_LOOKS = 60;
  private static final int HEAD = 2;
  private static final int FOOT = 1;
  private static final String BARS = "▁▂▃▄▅▆▇█";

  /** An order, and the key that chooses it. */
  private record Order(char key, String word, Comparator<JsonObject> comparator) {}

  private static final Order QUEUE = new Order('o', "order", by("queue_position"));

  private static final List<Order> ORDERS =
      List.of(
          new Order('d', "down", by("rate_download").reversed()),
          new Order('u', "up", by("rate_upload").reversed()),
          new Order(
              'n', "name", Comparator.comparing(TopView::name, String.CASE_INSENSITIVE_ORDER)),
          new Order('s', "share", by("percent_done")),
          new Order('r', "ratio", by("upload_ratio").reversed()),
          QUEUE);

  /**
   * A line.
   *
   * @param strong whether it is a heading
   */
  record Line(String text, boolean strong) {}

  private final String agent;
  private final Map<Integer, Rates> rates = new HashMap<>();
  private List<JsonObject> torrents = List.of();
  private Order order = QUEUE;
  private boolean turned;
  private int first;
  private int page = 1;

  /** Rates of the last looks, the newest last. */
  private static final class Rates {
    final Deque<Long> down = new ArrayDeque<>();
    final Deque<Long> up = new ArrayDeque<>();

    void add(long downNow, long upNow) {
      add(down, downNow);
      add(up, upNow);
    }

    private static void add(Deque<Long> to, long value) {
      to.addLast(value);
      if (to.size() > MOST_LOOKS) {
        to.removeFirst();
      }
    }
  }

  /**
   * @param agent where it is asked
   */
  TopView(String agent) {
    this.agent = agent;
  }

  /** Things stand like this now. */
  void look(List<JsonObject> now) {
    torrents = now;
    Set<Integer> there = new HashSet<>(Set.of(ALL));
    for (JsonObject torrent : now) {
      int id = torrent.getInt("id");
      there.add(id);
      rates
          .computeIfAbsent(id, _ -> new Rates())
          .add(number(torrent, "rate_download"), number(torrent, "rate_upload"));
    }
    rates.keySet().retainAll(there);
    rates.computeIfAbsent(ALL, _ -> new Rates()).add(sum("rate_download"), sum("rate_upload"));
  }

  /** Somebody pressed a key. */
  void press(char key) {
    for (Order each : ORDERS) {
      if (each.key == Character.toLowerCase(key)) {
        turned = each.key == order.key && !turned;
        order = each;
        first = 0;
      }
    }
  }

  /** Somebody scrolls, by lines. */
  void scroll(int lines) {
    first = Math.clamp((long) first + lines, 0, Math.max(0, torrents.size() - page));
  }

  /** How many torrents are shown at once. */
  int page() {
    return page;
  }

  /** As many lines as there is room for, each at most so wide. */
  List<Line> lines(int columns, int rows) {
    page = Math.max(1, rows - HEAD - FOOT);
    scroll(0);
    List<JsonObject> sorted = new ArrayList<>(torrents);
    sorted.sort(turned ? order.comparator.reversed() : order.comparator);
    Columns layout = Columns.of(columns);
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(fit(summary(columns), columns), true));
    lines.add(new Line(layout.head(), true));
    if (torrents.isEmpty()) {
      lines.add(new Line(fit("no torrents; skep agent add FILE adds one", columns), false));
    }
    for (JsonObject torrent : sorted.subList(first, Math.min(first + page, sorted.size()))) {
      lines.add(new Line(row(torrent, layout), false));
    }
    while (lines.size() < rows - FOOT) {
      lines.add(new Line("", false));
    }
    lines.add(new Line(fit(keys(), columns), true));
    return lines.subList(0, Math.min(rows, lines.size()));
  }

  private String summary(int columns) {
    Rates all = rates.getOrDefault(ALL, new Rates());
    int graph = Math.clamp((columns - 62) / 2, 0, 20);
    return "%s  %s  ↓ %s %s ↑ %s %s"
        .formatted(
            agent,
            Numbers.count(torrents.size(), "torrent"),
            Text.pad(AgentWords.rate(sum("rate_download")), 10),
            graph(all.down, graph),
            Text.pad(AgentWords.rate(sum("rate_upload")), 10),
            graph(all.up, graph));
  }

  private String keys() {
    StringBuilder keys = new StringBuilder("sort:");
    for (Order each : ORDERS) {
      keys.append(each.key == order.key ? (turned ? " ▲" : " ▼") : " ")
          .append(each.key)
          .append(' ')
          .append(each.word);
    }
    int last = Math.min(first + page, torrents.size());
    return keys.append("   q quit")
        .append(
            torrents.size() > page
                ? "   %d–%d of %d".formatted(first + 1, last, torrents.size())
                : "")
        .toString();
  }

  private String row(JsonObject torrent, Columns layout) {
    Rates own = rates.getOrDefault(torrent.getInt("id"), new Rates());
    boolean checking = torrent.getInt("status") == 2;
    double share = real(torrent, checking ? "recheck_progress" : "percent_done");
    long eta = number(torrent, "eta");
    return layout.row(
        name(torrent),
        Math.round(Math.floor(100 * share)) + " %",
        ByteSize.format(number(torrent, "size_when_done")),
        AgentWords.state(torrent),
        AgentWords.rate(number(torrent, "rate_download")),
        graph(own.down, layout.graph()),
        AgentWords.rate(number(torrent, "rate_upload")),
        graph(own.up, layout.graph()),
        eta >= 0 ? TimeSpan.format(Duration.ofSeconds(eta)) : "-",
        String.valueOf(torrent.getInt("peers_connected")),
        AgentWords.ratio(real(torrent, "upload_ratio")));
  }

  /** The last rates as bars, the newest at the right; the highest of them fills its place. */
  private static String graph(Deque<Long> values, int width) {
    List<Long> last = new ArrayList<>(values);
    last = last.subList(Math.max(0, last.size() - width), last.size());
    long most = last.stream().mapToLong(value -> value).max().orElse(0);
    StringBuilder bars = new StringBuilder(" ".repeat(width - last.size()));
    for (long value : last) {
      int height = most == 0 ? 0 : (int) Math.ceil((double) value * BARS.length() / most);
      bars.append(height == 0 ? ' ' : BARS.charAt(height - 1));
    }
    return bars.toString();
  }

  /**
   * Which columns there is room for, and how wide they are.
   *
   * @param graph how many looks a row's graphs show
   */
  private record Columns(int name, boolean size, boolean rest, int graph, int all) {
    private static final int LEAST_NAME = 16;
    private static final int DONE = 5;
    private static final int SIZE = 9;
    private static final int STATE = 13;
    private static final int RATE = 10;
    private static final int LEFT = 10;
    private static final int PEERS = 5;
    private static final int RATIO = 6;

    static Columns of(int columns) {
      int graph = columns >= 150 ? 12 : columns >= 120 ? 6 : 0;
      boolean rest = columns >= 92;
      boolean size = columns >= 104;
      int others =
          (1 + DONE)
              + (size ? 1 + SIZE : 0)
              + (1 + STATE)
              + 2 * (1 + RATE)
              + 2 * (graph > 0 ? 1 + graph : 0)
              + (rest ? 3 + LEFT + PEERS + RATIO : 0);
      return new Columns(Math.max(LEAST_NAME, columns - others), size, rest, graph, columns);
    }

    String head() {
      return row(
          "name", "done", "size", "state", "down", blank(), "up", blank(), "left", "peers",
          "ratio");
    }

    private String blank() {
      return " ".repeat(graph);
    }

    String row(
        String name,
        String done,
        String bytes,
        String state,
        String down,
        String downGraph,
        String up,
        String upGraph,
        String left,
        String peers,
        String ratio) {
      List<String> cells = new ArrayList<>();
      cells.add(TopScreen.pad(Text.printable(name), this.name));
      cells.add(right(done, DONE));
      if (size) {
        cells.add(right(bytes, SIZE));
      }
      cells.add(Text.pad(state, STATE));
      cells.add(right(down, RATE));
      if (graph > 0) {
        cells.add(downGraph);
      }
      cells.add(right(up, RATE));
      if (graph > 0) {
        cells.add(upGraph);
      }
      if (rest) {
        cells.add(right(left, LEFT));
        cells.add(right(peers, PEERS));
        cells.add(right(ratio, RATIO));
      }
      return TopScreen.fit(String.join(" ", cells), all);
    }

    private static String right(String text, int width) {
      String cut = Text.fit(text, width);
      return " ".repeat(width - cut.length()) + cut;
    }
  }

  private static String fit(String line, int columns) {
    return TopScreen.fit(line, columns);
  }

  private long sum(String field) {
    return torrents.stream().mapToLong(torrent -> number(torrent, field)).sum();
  }

  private static Comparator<JsonObject> by(String field) {
    return Comparator.comparingDouble(torrent -> real(torrent, field));
  }

  private static String name(JsonObject torrent) {
    return torrent.getString("name");
  }

  private static long number(JsonObject of, String name) {
    return of.getJsonNumber(name).longValue();
  }

  private static double real(JsonObject of, String name) {
    return of.getJsonNumber(name).doubleValue();
  }
}
