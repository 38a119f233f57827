package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the store of a data folder, whatever became of its files. A store that does not open in
 * time, or holds anything that is not what was saved, is set aside whole, and a new one begins with
 * what could be read of it.
 *
 * @param store open, and every entry in it whole
 * @param damage what was found and what became of it, one line; absent if all is well
 */
record StoreOpening(TrackerStore store, Optional<String> damage) {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /**
   * For a new store, which opens if anything does: a slow machine should not be taken for a damaged
   * store.
   */
  private static final Duration NEW_STORE_LIMIT = Duration.ofMinutes(2);

  /** It is whole, and a mark gets lost only when somebody removes it: no reason to set it aside. */
  private static final String NO_MARK =
      "the store has no mark of how far it had got (removed, or left out of a copy?); it is used as"
          + " it is, but its last changes may be missing";

  private static final TrackerStore.Reader NOWHERE =
      new TrackerStore.Reader() {
        @Override
        public void torrent(InfoHash hash, byte[] entry, byte[] metainfo) {}

        @Override
        public void swarm(InfoHash hash, byte[] image) {}

        @Override
        public void completed(Map<InfoHash, Integer> counts) {}

        @Override
        public void access(byte[] content) {}
      };

  /** An old store as far as it opened; {@code store} is empty when it did not. */
  private record Attempt(Optional<TrackerStore> store, String problem) {
    boolean whole() {
      return problem.isEmpty();
    }
  }

  /**
   * Opens the store.
   *
   * @param limit how long the store that is there may take to open and to be checked
   * @throws IOException if not even an empty store can be made
   */
  static StoreOpening open(DataFolder folder, Duration limit) throws IOException {
    folder.tidy();
    Attempt attempt = attempt(folder.store(), limit);
    if (attempt.whole()) {
      TrackerStore store = attempt.store().orElseThrow();
      return new StoreOpening(store, store.isUnmarked() ? Optional.of(NO_MARK) : Optional.empty());
    }
    Path fresh = begin(folder, attempt);
    attempt.store().ifPresent(StoreOpening::close);
    Path aside = folder.replaceStore(fresh);
    TrackerStore store = Patience.within(NEW_STORE_LIMIT, () -> TrackerStore.open(folder.store()));
    return new StoreOpening(
        store,
        Optional.of(
            "the store was damaged (%s); it is set aside as %s"
                .formatted(attempt.problem(), aside)));
  }

  private static Attempt attempt(Path folder, Duration limit) {
    try {
      return Patience.within(
          limit,
          () -> {
            TrackerStore store = TrackerStore.open(folder);
            return new Attempt(Optional.of(store), problem(store));
          });
    } catch (IOException e) {
      return new Attempt(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static String problem(TrackerStore store) throws IOException {
    try {
      List<String> leftOut = store.read(NOWHERE);
      if (!leftOut.isEmpty()) {
        return leftOut.size() + " entries are damaged, the first: " + leftOut.getFirst();
      }
      long missing = store.missingChanges();
      return missing == 0 ? "" : "its last " + missing + " changes are missing";
    } catch (DamagedException e) {
      return "how far it had got cannot be told: " + e.getMessage();
    } catch (RuntimeException e) {
      return "it cannot be read: " + e;
    }
  }

  /** A new store with what can be read of the old one, or an empty one. */
  private static Path begin(DataFolder folder, Attempt attempt) {
    Path fresh = folder.emptyStore();
    try {
      Patience.within(NEW_STORE_LIMIT, () -> rescue(attempt.store(), fresh));
      return fresh;
    } catch (IOException _) {
      // A thread that is still at it has that folder to itself.
      return folder.emptyStore();
    }
  }

  private static boolean rescue(Optional<TrackerStore> from, Path folder) throws IOException {
    try (TrackerStore to = TrackerStore.open(folder)) {
      if (from.isPresent()) {
        copy(from.get(), to);
      }
    }
    return true;
  }

  private static void copy(TrackerStore from, TrackerStore to) throws IOException {
    var copy = new Copy(to);
    try {
      from.read(copy);
    } catch (RuntimeException _) {
      // Its structure ends here; what came before is kept.
    }
    copy.finish();
  }

  private static void close(TrackerStore store) {
    try {
      Patience.within(
          CLOSE_LIMIT,
          () -> {
            store.close();
            return true;
          });
    } catch (IOException _) {
      // It is damaged and will be set aside; there is nothing in it to lose.
    }
  }

  /** Writes what it reads into another store, many swarms in one commit. */
  private static final class Copy implements TrackerStore.Reader {
    private static final int BATCH = 1000;

    private final TrackerStore to;
    private final Map<InfoHash, byte[]> swarms = new HashMap<>();

    Copy(TrackerStore to) {
      this.to = to;
    }

    @Override
    public void torrent(InfoHash hash, byte[] entry, byte[] metainfo) throws IOException {
      to.putTorrent(hash, entry, metainfo);
    }

    @Override
    public void swarm(InfoHash hash, byte[] image) throws IOException {
      swarms.put(hash, Seal.withRoom(image));
      if (swarms.size() == BATCH) {
        finish();
      }
    }

    @Override
    public void completed(Map<InfoHash, Integer> counts) throws IOException {
      to.putCompleted(counts);
    }

    @Override
    public void access(byte[] content) throws IOException {
      to.putAccess(content);
    }

    void finish() throws IOException {
      to.putSwarms(swarms, () -> {});
      swarms.clear();
    }
  }
}
