package dev.skep.tracker.catalogue;

import dev.skep.tracker.catalogue.RegisteredTorrent.NamedPlace;
import dev.skep.tracker.catalogue.RegisteredTorrent.Place;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Registered torrents in the orders in which they are looked for. One thread changes it at a time;
 * others may read meanwhile.
 */
final class CatalogueIndex {
  private final ConcurrentNavigableMap<NamedPlace, RegisteredTorrent> byName =
      new ConcurrentSkipListMap<>();
  private final Newest newest = new Newest();
  private final ConcurrentNavigableMap<Long, RegisteredTorrent> byVersion =
      new ConcurrentSkipListMap<>();
  private final Map<String, Newest> byLabel = new ConcurrentHashMap<>();

  /** All, or those of a label: what was published last first. */
  private static final class Newest {
    private final ConcurrentNavigableMap<Place, RegisteredTorrent> torrents =
        new ConcurrentSkipListMap<>();

    /** Counting a skip list goes through all of it. */
    private final AtomicInteger size = new AtomicInteger();

    void add(RegisteredTorrent torrent) {
      torrents.put(torrent.place(), torrent);
      size.incrementAndGet();
    }

    /** Returns itself, or null if nothing is left. */
    @Nullable Newest without(RegisteredTorrent torrent) {
      torrents.remove(torrent.place());
      return size.decrementAndGet() == 0 ? null : this;
    }
  }

  void add(RegisteredTorrent torrent) {
    byName.put(torrent.namedPlace(), torrent);
    newest.add(torrent);
    if (torrent.version() > 0) {
      byVersion.put(torrent.version(), torrent);
    }
    for (String label : torrent.labels()) {
      byLabel.computeIfAbsent(label, _ -> new Newest()).add(torrent);
    }
  }

  void remove(RegisteredTorrent torrent) {
    byName.remove(torrent.namedPlace());
    newest.without(torrent);
    byVersion.remove(torrent.version());
    for (String label : torrent.labels()) {
      byLabel.computeIfPresent(label, (_, labelled) -> labelled.without(torrent));
    }
  }

  int size() {
    return newest.size.get();
  }

  int labelled(String label) {
    return with(label).size.get();
  }

  Iterator<RegisteredTorrent> byName(Optional<NamedPlace> behind) {
    return behind.map(place -> byName.tailMap(place, false)).orElse(byName).values().iterator();
  }

  Iterator<RegisteredTorrent> newest(Optional<String> label, Optional<Place> behind) {
    NavigableMap<Place, RegisteredTorrent> all = label.map(this::with).orElse(newest).torrents;
    return behind.map(place -> all.tailMap(place, false)).orElse(all).values().iterator();
  }

  private Newest with(String label) {
    Newest labelled = byLabel.get(label);
    return labelled == null ? new Newest() : labelled;
  }

  /** Those that were registered behind a version, in order. */
  Stream<RegisteredTorrent> changedAfter(long version) {
    return byVersion.tailMap(version, false).values().stream();
  }
}
