package dev.skep.agent.control;

import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.service.settings.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Rows of lists of all torrents, as they were written last. Most torrents rest, and who asks asks
 * again each second: what did not change is not written anew. Of a few lists that were asked for
 * last a bounded number of bytes is kept. Safe for many threads.
 */
final class KeptRows {
  private static final int MOST_LISTS = 4;
  private static final int MOST_BYTES = 1 << 20;

  /**
   * Which list.
   *
   * @param names of the fields, as they are written
   * @param table whether rows are without names
   */
  record Kind(List<String> names, boolean table, Dialect dialect) {
    Kind {
      names = List.copyOf(names);
    }
  }

  /** All that a row is made of. */
  record Source(TorrentSnapshot view, int position, Settings settings) {
    /** A view is the same object as long as nothing has changed, and so are settings. */
    @SuppressWarnings("ReferenceEquality")
    boolean isSame(Source other) {
      return view == other.view && position == other.position && settings == other.settings;
    }
  }

  private static final class Row {
    private final Source source;
    private final byte[] bytes;

    Row(Source source, byte[] bytes) {
      this.source = source;
      this.bytes = bytes;
    }
  }

  private final Map<Kind, Map<Integer, Row>> lists = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * The rows of a list.
   *
   * @param sources of all torrents
   * @param make writes one
   */
  List<byte[]> rows(Kind kind, List<Source> sources, Function<TorrentSnapshot, byte[]> make) {
    Map<Integer, Row> before = before(kind);
    Map<Integer, Row> next = new HashMap<>();
    List<byte[]> rows = new ArrayList<>(sources.size());
    int bytes = 0;
    for (Source source : sources) {
      int id = source.view().id();
      Row row = before.get(id);
      if (row == null || !row.source.isSame(source)) {
        row = new Row(source, make.apply(source.view()));
      }
      rows.add(row.bytes);
      bytes += row.bytes.length;
      if (bytes <= MOST_BYTES) {
        next.put(id, row);
      }
    }
    keep(kind, next);
    return rows;
  }

  private synchronized Map<Integer, Row> before(Kind kind) {
    return lists.getOrDefault(kind, Map.of());
  }

  private synchronized void keep(Kind kind, Map<Integer, Row> rows) {
    lists.put(kind, rows);
    if (lists.size() > MOST_LISTS) {
      lists.remove(lists.keySet().iterator().next()); // nobody asked for it for the longest time
    }
  }
}
