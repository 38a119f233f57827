package dev.skep.tracker.catalogue;

import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a catalogue remembers of its past beside the torrents that are in it.
 *
 * @param catalogue which one it is: see {@link CatalogueCursor}
 * @param forgottenUpTo removals of this version and before may be missing
 * @param removals the last ones, oldest first
 */
public record CatalogueHistory(long catalogue, long forgottenUpTo, List<Removed> removals) {
  /** How many removals are remembered. */
  static final int MOST_REMOVALS = 1000;

  public CatalogueHistory {
    removals = removals.stream().sorted(Comparator.comparingLong(Removed::version)).toList();
  }

  /** The history of a catalogue that begins. */
  public static CatalogueHistory of(long catalogue) {
    return new CatalogueHistory(catalogue, 0, List.of());
  }

  /** The same with one more removal; the oldest are forgotten where those are too many. */
  CatalogueHistory with(Removed removal) {
    int tooMany = Math.max(0, removals.size() + 1 - MOST_REMOVALS);
    var last = new ArrayList<>(removals.subList(tooMany, removals.size()));
    last.add(removal);
    long forgotten = tooMany == 0 ? forgottenUpTo : removals.get(tooMany - 1).version();
    return new CatalogueHistory(catalogue, forgotten, last);
  }

  /** The version that the last removal made; 0 if there was none. */
  long lastVersion() {
    return removals.isEmpty() ? forgottenUpTo : removals.getLast().version();
  }
}
