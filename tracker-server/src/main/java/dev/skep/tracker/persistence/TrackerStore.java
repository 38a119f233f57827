package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.persistence.StoredState.Shard;
import dev.skep.tracker.persistence.StoredState.Swarm;
import dev.skep.tracker.persistence.StoredState.Torrent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.serializer.persistence.types.Storer;
import org.eclipse.store.storage.embedded.types.EmbeddedStorage;
import org.eclipse.store.storage.embedded.types.EmbeddedStorageManager;
import org.eclipse.store.storage.types.Storage;
import org.eclipse.store.storage.types.StorageConfiguration;

/**
 * The tracker's state on disk. Every method that changes it returns when the change is committed: a
 * process killed later finds all of it, one killed before none of it.
 *
 * <p>Safe for use by several threads, one at a time; calls wait for the disk. An {@link
 * IOException} says that the change is not saved; after one the store is of no more use.
 */
final class TrackerStore implements AutoCloseable {
  private static final int MIN_FILE_BYTES = 1 << 20;
  private static final int MAX_FILE_BYTES = 32 << 20;
  private static final double LIVE_SHARE = 0.6;
  private static final int HOUSEKEEPING_MILLIS = 1000;
  private static final int HOUSEKEEPING_BUDGET_NANOS = 1_000_000;
  private static final int CACHE_MILLIS = 10_000;
  private static final int CACHE_BYTES = 16 << 20;

  /** Written between two clean-ups; the store on disk grows by about that beyond what lives. */
  private static final long CLEAN_UP_BYTES = 64 << 20;

  /** What an entry counts as that is gone: the store keeps an object for it until a clean-up. */
  private static final long GONE_BYTES = 1 << 10;

  private static final long CLEAN_UP_STEP_NANOS = 500_000;

  private final Path folder;
  private final EmbeddedStorageManager manager;
  private final StoredState state;
  private final SwarmEntity swarmEntity;
  private final Mark mark;
  private final boolean unmarked;
  private long writtenBytes;

  private TrackerStore(
      Path folder, EmbeddedStorageManager manager, StoredState state, SwarmEntity swarmEntity)
      throws IOException {
    this.folder = folder;
    this.manager = manager;
    this.state = state;
    this.swarmEntity = swarmEntity;
    Stream.of(state.shards).forEach(Shard::sortSwarms);
    this.unmarked = !Mark.isIn(folder);
    this.mark = Mark.open(folder);
    if (unmarked) {
      mark.write(state.progress.commits);
    }
  }

  /**
   * Opens the store in a folder, or makes one there. On a damaged folder this may throw anything,
   * and may not return: see {@link StoreOpening}.
   */
  static TrackerStore open(Path folder) throws IOException {
    StorageConfiguration configuration =
        Storage.ConfigurationBuilder()
            .setStorageFileProvider(Storage.FileProvider(folder))
            .setChannelCountProvider(Storage.ChannelCountProvider(1))
            .setDataFileEvaluator(
                Storage.DataFileEvaluator(MIN_FILE_BYTES, MAX_FILE_BYTES, LIVE_SHARE))
            .setHousekeepingController(
                Storage.HousekeepingController(HOUSEKEEPING_MILLIS, HOUSEKEEPING_BUDGET_NANOS))
            .setEntityCacheEvaluator(Storage.EntityCacheEvaluator(CACHE_MILLIS, CACHE_BYTES))
            .createConfiguration();
    var swarmEntity = new SwarmEntity();
    EmbeddedStorageManager manager =
        EmbeddedStorage.Foundation(configuration).registerTypeHandler(swarmEntity).start();
    Object root = manager.root();
    if (root == null) {
      Mark.begin(folder);
      root = new StoredState();
      manager.setRoot(root);
      manager.storeRoot();
    }
    if (root instanceof StoredState state) {
      return new TrackerStore(folder, manager, state, swarmEntity);
    }
    manager.shutdown();
    throw new IOException("its root is a " + root.getClass().getName());
  }

  /** Registers a torrent or replaces it. On the disk when this returns. */
  synchronized void putTorrent(InfoHash hash, byte[] entry, byte[] metainfo) throws IOException {
    var torrent =
        new Torrent(
            hash,
            Seal.close(Seal.Kind.TORRENT, hash.toBytes(), entry),
            Seal.close(Seal.Kind.METAINFO, hash.toBytes(), metainfo));
    Shard shard = state.shardOf(hash);
    shard.torrents = Stream.concat(others(shard, hash), Stream.of(torrent)).toArray(Torrent[]::new);
    commit(List.of(shard), entry.length + metainfo.length);
    force();
    torrent.metainfo.clear();
  }

  /** Forgets a registered torrent. On the disk when this returns. */
  synchronized void removeTorrent(InfoHash hash) throws IOException {
    Shard shard = state.shardOf(hash);
    shard.torrents = others(shard, hash).toArray(Torrent[]::new);
    commit(List.of(shard), 0);
    force();
  }

  private static Stream<Torrent> others(Shard shard, InfoHash hash) {
    return Stream.of(shard.torrents).filter(torrent -> !torrent.hash().equals(hash));
  }

  /** Replaces access lists and passkeys. On the disk when this returns. */
  synchronized void putAccess(byte[] content) throws IOException {
    state.access = Seal.close(Seal.Kind.ACCESS, Seal.NO_SUBJECT, content);
    commit(List.of(state), content.length);
    force();
  }

  /**
   * The .torrent file of a registered torrent.
   *
   * @throws DamagedException if it is not what was registered
   */
  synchronized Optional<byte[]> metainfo(InfoHash hash) throws DamagedException {
    for (Torrent torrent : state.shardOf(hash).torrents) {
      if (torrent.hash().equals(hash)) {
        return Optional.of(metainfo(torrent));
      }
    }
    return Optional.empty();
  }

  private static byte[] metainfo(Torrent torrent) throws DamagedException {
    byte[] sealed = torrent.metainfo.get();
    torrent.metainfo.clear();
    return Seal.open(Seal.Kind.METAINFO, torrent.hash().toBytes(), sealed);
  }

  /**
   * Saves images of swarms in one commit; an empty image removes its swarm.
   *
   * @param images each behind the room for its seal; this store's from now on
   * @param between is run again and again while it works
   */
  synchronized void putSwarms(Map<InfoHash, byte[]> images, Runnable between) throws IOException {
    var changed = new HashSet<Object>();
    long bytes = 0;
    for (Map.Entry<InfoHash, byte[]> image : images.entrySet()) {
      between.run();
      InfoHash hash = image.getKey();
      byte[] sealed = image.getValue();
      Shard shard = state.shardOf(hash);
      Swarm swarm = new Swarm(hash);
      int at = shard.find(swarm);
      if (sealed.length == 0) {
        if (at >= 0) {
          shard.remove(at);
          changed.add(shard);
          bytes += GONE_BYTES;
        }
        continue;
      }
      if (at >= 0) {
        swarm = shard.swarms[at];
      } else {
        shard.insert(-1 - at, swarm);
        changed.add(shard);
      }
      Seal.closeInPlace(Seal.Kind.SWARM, hash.toBytes(), sealed);
      bytes += sealed.length;
      changed.add(swarm);
    }
    swarmEntity.write(images);
    commit(changed, bytes, between);
    swarmEntity.write(Map.of());
  }

  /** Forgets images and completed counts of swarms that are no more. */
  synchronized void keepOnly(Predicate<InfoHash> living) throws IOException {
    var changed = new ArrayList<Object>();
    long gone = 0;
    for (Shard shard : state.shards) {
      Swarm[] kept =
          Stream.of(shard.swarms).filter(s -> living.test(s.hash())).toArray(Swarm[]::new);
      Map<InfoHash, Integer> counts = CompletedCounts.of(shard);
      boolean forgets = counts.keySet().removeIf(living.negate());
      if (forgets) {
        setCompleted(shard, counts);
      }
      if (forgets || kept.length < shard.swarms.length) {
        gone += shard.swarms.length - kept.length;
        shard.swarms = kept;
        changed.add(shard);
      }
    }
    commit(changed, gone * GONE_BYTES);
  }

  /** Saves completed counts in one commit; those not named stay, a count of zero is forgotten. */
  synchronized void putCompleted(Map<InfoHash, Integer> counts) throws IOException {
    var byShard = new HashMap<Shard, Map<InfoHash, Integer>>();
    counts.forEach(
        (hash, count) ->
            byShard.computeIfAbsent(state.shardOf(hash), CompletedCounts::of).put(hash, count));
    long bytes = 0;
    for (Map.Entry<Shard, Map<InfoHash, Integer>> group : byShard.entrySet()) {
      bytes += setCompleted(group.getKey(), group.getValue());
    }
    commit(byShard.keySet(), bytes);
  }

  private static int setCompleted(Shard shard, Map<InfoHash, Integer> counts) {
    byte[] sealed = Seal.close(Seal.Kind.COMPLETED, Seal.NO_SUBJECT, CompletedCounts.pack(counts));
    shard.completed = sealed;
    return sealed.length;
  }

  /** Whether there was no mark when it was opened, so that nothing is known to be missing. */
  boolean isUnmarked() {
    return unmarked;
  }

  /**
   * How many of the last changes are missing: the store is whole, but as it was before them.
   *
   * @throws DamagedException if that cannot be told
   */
  synchronized long missingChanges() throws DamagedException, IOException {
    return Math.max(0, Mark.read(folder) - state.progress.commits);
  }

  /** Takes what the store holds, entry by entry. */
  interface Reader {
    void torrent(InfoHash hash, byte[] entry, byte[] metainfo) throws DamagedException, IOException;

    void swarm(InfoHash hash, byte[] image) throws DamagedException, IOException;

    void completed(Map<InfoHash, Integer> counts) throws IOException;

    void access(byte[] content) throws IOException;
  }

  /**
   * Shows everything to a reader. What is damaged is left out.
   *
   * @return what was left out
   */
  synchronized List<String> read(Reader reader) throws IOException {
    var damaged = new ArrayList<String>();
    unless(damaged, "the access lists", () -> readAccess(reader));
    for (Shard shard : state.shards) {
      unless(damaged, "completed counts", () -> reader.completed(CompletedCounts.read(shard)));
      for (Torrent torrent : shard.torrents) {
        unless(damaged, "a registered torrent", () -> read(torrent, reader));
      }
      for (Swarm swarm : shard.swarms) {
        unless(damaged, "the peers of a torrent", () -> read(swarm, reader));
      }
    }
    return List.copyOf(damaged);
  }

  private void readAccess(Reader reader) throws DamagedException, IOException {
    if (state.access != null) {
      reader.access(Seal.open(Seal.Kind.ACCESS, Seal.NO_SUBJECT, state.access));
    }
  }

  private static void read(Torrent torrent, Reader reader) throws DamagedException, IOException {
    InfoHash hash = torrent.hash();
    byte[] entry = Seal.open(Seal.Kind.TORRENT, hash.toBytes(), torrent.entry);
    reader.torrent(hash, entry, metainfo(torrent));
  }

  private static void read(Swarm swarm, Reader reader) throws DamagedException, IOException {
    InfoHash hash = swarm.hash();
    byte[] image = swarm.image == null ? new byte[0] : swarm.image;
    reader.swarm(hash, Seal.open(Seal.Kind.SWARM, hash.toBytes(), image));
  }

  /** Lets go of the images that were read at the start; they stay in the store. */
  synchronized void releaseImages() {
    for (Shard shard : state.shards) {
      for (Swarm swarm : shard.swarms) {
        swarm.image = null;
      }
    }
  }

  @FunctionalInterface
  private interface Reading {
    void run() throws DamagedException, IOException;
  }

  /** A broken seal or, where a reference leads nowhere, anything: one entry, not the end. */
  private static void unless(List<String> damaged, String what, Reading reading)
      throws IOException {
    try {
      reading.run();
    } catch (DamagedException | RuntimeException _) {
      damaged.add(what);
    }
  }

  /** Gives back the room of what was replaced, when enough was. */
  void cleanUp(Rests rests) {
    if (cleanUpIsDue()) {
      // Given a time limit, this would do nothing at once after a commit.
      manager.issueFullGarbageCollection();
      rests.rest();
      while (!manager.issueFileCheck(CLEAN_UP_STEP_NANOS)) {
        rests.rest();
      }
      manager.issueTransactionsLogCleanup();
    }
  }

  private synchronized boolean cleanUpIsDue() {
    boolean due = writtenBytes > CLEAN_UP_BYTES;
    if (due) {
      writtenBytes = 0;
    }
    return due;
  }

  private void commit(Collection<?> changed, long bytes) throws IOException {
    commit(changed, bytes, () -> {});
  }

  private void commit(Collection<?> changed, long bytes, Runnable between) throws IOException {
    if (changed.isEmpty()) {
      return;
    }
    try {
      Storer storer = manager.createStorer();
      for (Object each : changed) {
        storer.store(each);
        between.run();
      }
      state.progress.commits++;
      storer.store(state.progress);
      storer.commit();
      mark.write(state.progress.commits);
    } catch (RuntimeException | IOException e) {
      throw new IOException("cannot save to " + folder + ": " + e.getMessage(), e);
    }
    writtenBytes += bytes;
  }

  /**
   * Waits until the disk itself has it all: for the rare changes that nobody would repeat after a
   * power cut.
   */
  private void force() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try (mark) {
      manager.shutdown();
    }
  }
}
