package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * How many torrents of a label stay registered: those that were published last. One with several
 * labels stays while any of them keeps it; labels of which nothing is set keep nothing and remove
 * nothing.
 */
public final class Retention {
  private final Map<String, Integer> keep;
  private final Consumer<RegisteredTorrent> removed;
  private final LongAdder retired = new LongAdder();

  /**
   * @param keep how many of each label, at least 1
   * @param removed is told of each torrent once it is removed
   */
  public Retention(Map<String, Integer> keep, Consumer<RegisteredTorrent> removed) {
    this.keep = Map.copyOf(keep);
    this.removed = removed;
  }

  /** How many torrents of each label stay; of labels that are not among these all do. */
  public Map<String, Integer> keep() {
    return keep;
  }

  /** How many torrents it removed since the start. */
  public LongAdder retired() {
    return retired;
  }

  /** Removes what is too old of all labels; see {@link #apply(Catalogue, Collection)}. */
  public void apply(Catalogue catalogue) throws IOException {
    apply(catalogue, keep.keySet());
  }

  /**
   * Removes what is too old of some labels.
   *
   * @throws IOException if a removal could not be saved; what is left is removed the next time
   */
  public void apply(Catalogue catalogue, Collection<String> labels) throws IOException {
    Map<String, Set<InfoHash>> newest = new HashMap<>();
    for (String label : labels) {
      for (RegisteredTorrent old : beyond(catalogue, label)) {
        boolean kept =
            old.labels().stream()
                .filter(keep::containsKey)
                .map(other -> newest.computeIfAbsent(other, name -> newest(catalogue, name)))
                .anyMatch(hashes -> hashes.contains(old.infoHash()));
        if (!kept && catalogue.remove(old)) {
          retired.increment();
          removed.accept(old);
        }
      }
    }
  }

  private Set<InfoHash> newest(Catalogue catalogue, String label) {
    var kept = new HashSet<InfoHash>();
    Iterator<RegisteredTorrent> each = catalogue.newest(Optional.of(label), Optional.empty());
    for (int i = keep.getOrDefault(label, 0); i > 0 && each.hasNext(); i--) {
      kept.add(each.next().infoHash());
    }
    return kept;
  }

  private List<RegisteredTorrent> beyond(Catalogue catalogue, String label) {
    Integer most = keep.get(label);
    if (most == null) {
      return List.of();
    }
    var old = new ArrayList<RegisteredTorrent>();
    Iterator<RegisteredTorrent> each = catalogue.newest(Optional.of(label), Optional.empty());
    for (int i = 0; each.hasNext(); i++) {
      RegisteredTorrent torrent = each.next();
      if (i >= most) {
        old.add(torrent);
      }
    }
    return old;
  }
}
