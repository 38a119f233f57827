package dev.skep.tracker.catalogue;

import dev.skep.tracker.catalogue.RegisteredTorrent.NamedPlace;
import dev.skep.tracker.catalogue.RegisteredTorrent.Place;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Registered torrents in the orders in which they are looked for. One thread changes it at a time;
 * others may read meanwhile.
 */
final class CatalogueIndex {
  private final ConcurrentNavigableMap<NamedPlace, RegisteredTorrent> byName =
      new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<Place, RegisteredTorrent> newest =
      new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<Long, RegisteredTorrent> byVersion =
      new ConcurrentSkipListMap<>();
  private final Map<String, ConcurrentNavigableMap<Place, RegisteredTorrent>> byLabel =
      new ConcurrentHashMap<>();

  /** Counting a skip list goes through all of it. */
  private final AtomicInteger size = new AtomicInteger();

  void add(RegisteredTorrent torrent) {
    Place place = torrent.place();
    byName.put(torrent.namedPlace(), torrent);
    newest.put(place, torrent);
    if (torrent.version() > 0) {
      byVersion.put(torrent.version(), torrent);
    }
    for (String label : torrent.labels()) {
      byLabel.computeIfAbsent(label, _ -> new ConcurrentSkipListMap<>()).put(place, torrent);
    }
    size.incrementAndGet();
  }

  void remove(RegisteredTorrent torrent) {
    Place place = torrent.place();
    byName.remove(torrent.namedPlace());
    newest.remove(place);
    byVersion.remove(torrent.version());
    for (String label : torrent.labels()) {
      byLabel.computeIfPresent(
          label,
          (_, labelled) -> {
            labelled.remove(place);
            return labelled.isEmpty() ? null : labelled;
          });
    }
    size.decrementAndGet();
  }

  int size() {
    return size.get();
  }

  int labelled(String label) {
    return with(label).size();
  }

  Iterator<RegisteredTorrent> byName(Optional<NamedPlace> behind) {
    return behind.map(place -> byName.tailMap(place, false)).orElse(byName).values().iterator();
  }

  Iterator<RegisteredTorrent> newest(Optional<String> label, Optional<Place> behind) {
    NavigableMap<Place, RegisteredTorrent> all = label.map(this::with).orElse(newest);
    return behind.map(place -> all.tailMap(place, false)).orElse(all).values().iterator();
  }

  private NavigableMap<Place, RegisteredTorrent> with(String label) {
    NavigableMap<Place, RegisteredTorrent> labelled = byLabel.get(label);
    return labelled == null ? Collections.emptyNavigableMap() : labelled;
  }

  /** Those that were registered behind a version, in order. */
  Stream<RegisteredTorrent> changedAfter(long version) {
    return byVersion.tailMap(version, false).values().stream();
  }
}
