package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the best store of a data folder, whatever became of its files.
 *
 * @param store open; absent when there is none, or none opens
 * @param damaged those that do not open, or hold anything that is not what was saved
 * @param problem what was found, one line; absent if all is well
 */
record StoreOpening(Optional<TrackerStore> store, List<Path> damaged, Optional<String> problem) {

  /** It is whole, and a mark gets lost only when somebody removes it. */
  private static final String NO_MARK =
      "the store has no mark of how far it had got (removed, or left out of a copy?); it is used as"
          + " it is, but its last changes may be missing";

  private static final int MIB_BITS = 20;

  /** A store of many small swarms takes twice its bytes of the heap, and some while it opens. */
  private static final int HEAP_TIMES = 4;

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

  /** A store as far as it opened; {@code store} is absent when it did not. */
  private record Attempt(Optional<TrackerStore> store, String problem) {}

  /**
   * Opens the store.
   *
   * @param limit how much time on processors opening and checking a store may take, and a second
   *     for each MiB of it besides
   * @throws IOException if the system cannot read what is there: that says nothing of what it is
   */
  static StoreOpening open(DataFolder folder, Duration limit) throws IOException {
    var damaged = new ArrayList<Path>();
    var problems = new ArrayList<String>();
    for (Path path : folder.stores()) {
      Attempt attempt = attempt(folder, path, limit);
      if (!attempt.problem().isEmpty()) {
        damaged.add(path);
        problems.add(attempt.problem());
      }
      if (attempt.store().isPresent()) {
        boolean tellMark = problems.isEmpty() && attempt.store().get().isUnmarked();
        Optional<String> problem = tellMark ? Optional.of(NO_MARK) : damage(problems);
        return new StoreOpening(attempt.store(), List.copyOf(damaged), problem);
      }
    }
    return new StoreOpening(Optional.empty(), List.copyOf(damaged), damage(problems));
  }

  private static Optional<String> damage(List<String> problems) {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of("the store was damaged (" + String.join("; ", problems) + ")");
  }

  private static Attempt attempt(DataFolder folder, Path path, Duration limit) throws IOException {
    try {
      long mib = TrackerStore.bytesIn(path) >> MIB_BITS;
      return Patience.withinOwnTime(
          limit.plusSeconds(mib),
          () -> {
            TrackerStore store = TrackerStore.open(path);
            return new Attempt(Optional.of(store), problem(store));
          });
    } catch (IOException e) {
      if (e.getCause() != null && InWords.isOfTheSystem(e.getCause())) {
        throw DataFolder.unusable(folder, e);
      }
      long bytes = TrackerStore.bytesIn(path);
      if (isOutOfMemory(e) && isTooLarge(bytes, Runtime.getRuntime().maxMemory())) {
        throw new IOException(tooLarge(path, bytes, Runtime.getRuntime().maxMemory()), e);
      }
      return new Attempt(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isOutOfMemory(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether memory may run out for how much a store holds: a damaged one, in which a length is
   * wrong, needs more than there is however small it is.
   */
  static boolean isTooLarge(long storeBytes, long heapBytes) {
    return storeBytes * HEAP_TIMES > heapBytes;
  }

  /** What is said of it then. */
  static String tooLarge(Path store, long storeBytes, long heapBytes) {
    long needed = Math.max(2 * heapBytes, 2 * HEAP_TIMES * storeBytes) >> MIB_BITS;
    return "the saved swarms in %s do not fit a heap of %d MiB: start with SKEP_JAVA_OPTS=-Xmx%dm"
        .formatted(store, heapBytes >> MIB_BITS, needed);
  }

  private static String problem(TrackerStore store) throws IOException {
    try {
      List<String> leftOut = store.read(NOWHERE);
      if (!leftOut.isEmpty()) {
        return leftOut.size() + " entries are damaged, the first: " + leftOut.getFirst();
      }
      long missing = store.missingChanges();
      return missing == 0 ? "" : "its last " + missing + " changes are missing";
    } catch (DamagedStoreException e) {
      return "how far it had got cannot be told: " + e.getMessage();
    } catch (RuntimeException e) {
      return "it cannot be read: " + InWords.of(e);
    }
  }
}
