package dev.skep.tracker.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import dev.skep.service.web.Board;
import dev.skep.service.web.Frame;
import dev.skep.tracker.admin.views.Availabilities;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.ListedTorrent;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.PagePart;
import dev.skep.tracker.admin.views.RolloutBooks;
import dev.skep.tracker.admin.views.RolloutRow;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.admin.views.SortedSwarms;
import dev.skep.tracker.admin.views.StatsView;
import dev.skep.tracker.admin.views.SwarmHistory;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * The parts of what the page shows, as the API has them. Lists are their first page; who wants more
 * asks the API.
 */
public final class DashboardParts {
  /** Swarms in the overview. */
  static final int MOST_SWARMS = 50;

  private static final int MOST_ROLLOUTS = 20;
  private static final int MOST_PEERS = 100;
  private static final Duration PEERS_LAST = Duration.ofSeconds(5);

  /** What of health a person wants to read. */
  private static final List<String> REASONS = List.of("problem", "damage");

  private final Directory directory;
  private final Availabilities availabilities;
  private final RolloutBooks books;
  private final SwarmHistory history;
  private final Map<String, Integer> keep;
  private final Supplier<List<HealthCheckResponse>> health;

  /**
   * @param keep how many torrents of a label stay in the catalogue
   * @param health asks all checks
   */
  public DashboardParts(
      Directory directory,
      Availabilities availabilities,
      RolloutBooks books,
      SwarmHistory history,
      Map<String, Integer> keep,
      Supplier<List<HealthCheckResponse>> health) {
    this.directory = directory;
    this.availabilities = availabilities;
    this.books = books;
    this.history = history;
    this.keep = new TreeMap<>(keep);
    this.health = health;
  }

  /** Paints a view. */
  Board.Painter painter(View.Watched watched) {
    return switch (watched.view()) {
      case View.Overview(SortedSwarms.Sort sort) -> new All(sort, watched.sight());
      case View.OneTorrent(InfoHash hash) -> new One(hash, watched.sight());
    };
  }

  // ---- everything

  private final class All implements Board.Painter {
    private final SortedSwarms.Sort sort;
    private final Sight sight;
    private final Pace announces = new Pace();

    All(SortedSwarms.Sort sort, Sight sight) {
      this.sort = sort;
      this.sight = sight;
    }

    @Override
    public Frame paint() {
      Map<String, String> parts = new LinkedHashMap<>();
      StatsView stats = directory.stats();
      parts.put("tracker", tracker(stats, announces.of(stats.announces(), System.nanoTime())));
      parts.put("health", health());
      parts.put("history", series(history.whole()));
      parts.put("keep", kept(keep.keySet()));
      putRollouts(parts, books.first(sight, Optional.empty(), MOST_ROLLOUTS));
      putSwarms(parts, directory.torrents(sort, PagePart.first(MOST_SWARMS), sight));
      return new Frame(parts);
    }
  }

  /**
   * How often something happens in a second, of the last few seconds; below 0 until it is known.
   */
  private static final class Pace {
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private boolean begun;
    private long beganNanos;
    private long before;
    private double perSecond = -1;

    double of(long count, long now) {
      if (begun && now - beganNanos >= LEAST_NANOS) {
        perSecond = (count - before) * 1e9 / (now - beganNanos);
      }
      if (!begun || now - beganNanos >= LEAST_NANOS) {
        begun = true;
        beganNanos = now;
        before = count;
      }
      return perSecond;
    }
  }

  private static String tracker(StatsView stats, double announcesPerSecond) {
    return Listing.object(
        out ->
            out.write("version", stats.version())
                .write("startedAt", startedAt())
                .write("torrents", stats.torrents())
                .write("registered", stats.registeredTorrents())
                .write("seeders", stats.seeders())
                .write("leechers", stats.leechers())
                .write("peers", stats.peers())
                .write("completed", stats.completed())
                .write("announces", stats.announces())
                .write("announcesPerSecond", Math.round(10 * announcesPerSecond) / 10.0)
                .write("refused", stats.refused())
                .write("interval", stats.intervalSeconds()));
  }

  /** Seconds since 1970. */
  private static long startedAt() {
    return TimeUnit.MILLISECONDS.toSeconds(ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  private String health() {
    return Listing.array(
        out -> {
          for (HealthCheckResponse check : health.get()) {
            out.writeStartObject()
                .write("name", check.getName())
                .write("up", check.getStatus() == HealthCheckResponse.Status.UP);
            Map<String, Object> data = check.getData().orElse(Map.of());
            for (String reason : REASONS) {
              if (data.containsKey(reason)) {
                out.write(reason, String.valueOf(data.get(reason)));
              }
            }
            out.writeEnd();
          }
        });
  }

  /** Each is a part of its own: few of them change in a second. */
  private static void putSwarms(Map<String, String> parts, Listing<ListedTorrent> page) {
    List<String> order = new ArrayList<>();
    while (page.rows().hasNext()) {
      ListedTorrent torrent = page.rows().next();
      order.add(torrent.infoHash());
      parts.put("t:" + torrent.infoHash(), torrent.json());
    }
    parts.put(
        "swarms",
        Listing.object(
            out -> {
              page.total().ifPresent(total -> out.write("total", total));
              out.writeStartArray("order");
              order.forEach(out::write);
              out.writeEnd();
              page.next().get().ifPresent(next -> out.write("next", next));
            }));
  }

  private static void putRollouts(Map<String, String> parts, List<RolloutRow> rollouts) {
    for (RolloutRow rollout : rollouts) {
      parts.put("r:" + rollout.id(), rollout.json());
    }
  }

  // ---- one torrent

  private final class One implements Board.Painter {
    private final InfoHash hash;
    private final Sight sight;
    private final Rarely peers = new Rarely(PEERS_LAST, System::nanoTime);
    private final Rarely pieces = new Rarely(PEERS_LAST, System::nanoTime);

    One(InfoHash hash, Sight sight) {
      this.hash = hash;
      this.sight = sight;
    }

    @Override
    public Frame paint() {
      Map<String, String> parts = new LinkedHashMap<>();
      Optional<ListedTorrent> torrent = directory.torrent(hash, sight);
      parts.put("torrent", torrent.map(ListedTorrent::json).orElse("null"));
      if (torrent.isPresent()) {
        parts.put("history", series(history.of(hash)));
        parts.put("keep", kept(torrent.map(ListedTorrent::labels).orElse(List.of())));
        parts.put("peers", peers.of(this::peers));
        parts.put("pieces", pieces.of(() -> availabilities.of(hash).json()));
        putRollouts(parts, books.first(sight, Optional.of(hash), MOST_ROLLOUTS));
      }
      return new Frame(parts);
    }

    private String peers() {
      var out = new ByteArrayOutputStream();
      directory.peers(hash, PagePart.first(MOST_PEERS)).write("peers", out);
      return out.toString(UTF_8);
    }
  }

  /** How many torrents of some labels stay, where that is set. */
  private String kept(Collection<String> labels) {
    return Listing.object(
        out ->
            labels.stream()
                .filter(keep::containsKey)
                .forEach(label -> out.write(label, keep.getOrDefault(label, 0))));
  }

  private static String series(SwarmHistory.Series series) {
    return Listing.object(
        out -> {
          out.write("end", series.end().getEpochSecond())
              .write("step", SwarmHistory.STEP.toSeconds())
              .writeStartArray("seeders");
          series.seeders().forEach(count -> out.write(count.intValue()));
          out.writeEnd().writeStartArray("leechers");
          series.leechers().forEach(count -> out.write(count.intValue()));
          out.writeEnd();
        });
  }
}
