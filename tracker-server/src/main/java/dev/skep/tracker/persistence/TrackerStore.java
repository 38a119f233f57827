package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.service.files.OwnerOnly;
import dev.skep.service.files.WholeFile;
import dev.skep.tracker.persistence.StoredState.Shard;
import dev.skep.tracker.persistence.StoredState.Swarm;
import dev.skep.tracker.persistence.StoredState.Torrent;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.eclipse.store.storage.types.StorageDataFileEvaluator;

/**
 * Swarms and their completed counts on the disk. Every method that changes it returns when the
 * change is committed: a process killed later finds all of it, one killed before none of it.
 *
 * <p>It only ever grows: what is replaced keeps its place until a whole new store takes over (see
 * {@link Persistence}). What EclipseStore 2.1.3 has to give room back is switched off, since its
 * compaction of the transactions file writes what it will not read again (its issue 455), and cuts
 * the old file before the new one is there.
 *
 * <p>Safe for use by several threads, one at a time; calls wait for the disk. An {@link
 * IOException} says that the change is not saved; after one the store is of no more use, but what
 * it holds on the disk is whole.
 *
 * <p>On the heap a swarm takes about {@value #SWARM_HEAP_BYTES} bytes here, beside the live one.
 */
final class TrackerStore implements AutoCloseable {
  /** What a saved swarm takes of the heap, about, with what EclipseStore notes of it. */
  static final int SWARM_HEAP_BYTES = 300;

  /** How {@link #read} names them when they are damaged. */
  static final String ACCESS_LISTS = "the access lists";

  private static final int MIN_FILE_BYTES = 1 << 20;
  private static final int MAX_FILE_BYTES = 32 << 20;
  private static final double NO_LIVE_SHARE = 0.01;
  private static final int HOUSEKEEPING_MILLIS = 1000;
  private static final int HOUSEKEEPING_BUDGET_NANOS = 1_000_000;
  private static final int CACHE_MILLIS = 10_000;
  private static final int CACHE_BYTES = 16 << 20;

  /** What a commit, and an image in it, take on the disk beside the bytes that are saved. */
  private static final int COMMIT_BYTES = 256;

  private static final int IMAGE_BYTES = 128;

  /** What an entry counts as that is gone: the store keeps an object for it while it is open. */
  private static final long GONE_BYTES = 1 << 10;

  private final Path folder;
  private final EmbeddedStorageManager manager;
  private final StoredState state;
  private final SwarmEntity swarmEntity;
  private final boolean unmarked;

  /** Absent while the store is being made. */
  private Optional<Mark> mark = Optional.empty();

  private long writtenBytes;

  private TrackerStore(
      Path folder, EmbeddedStorageManager manager, StoredState state, SwarmEntity swarmEntity) {
    this.folder = folder;
    this.manager = manager;
    this.state = state;
    this.swarmEntity = swarmEntity;
    this.unmarked = !Mark.isIn(folder);
    Stream.of(state.shards).forEach(Shard::sortSwarms);
  }

  /**
   * Opens the store in a folder. On a damaged one this may throw anything, and may not return: see
   * {@link StoreOpening}.
   */
  static TrackerStore open(Path folder) throws IOException {
    TrackerStore store = start(folder);
    try {
      store.mark = Optional.of(Mark.open(folder));
      if (store.unmarked) {
        store.mark.get().write(store.state.progress.commits);
      }
      store.writtenBytes = bytesIn(folder);
    } catch (IOException e) {
      store.close();
      throw e;
    }
    return store;
  }

  /** Begins an empty store, which counts only when it is {@link #complete}. */
  static TrackerStore begin(Path folder) throws IOException {
    Files.createDirectory(folder, OwnerOnly.folder(folder));
    return start(folder);
  }

  private static TrackerStore start(Path folder) {
    StorageConfiguration configuration =
        Storage.ConfigurationBuilder()
            .setStorageFileProvider(Storage.FileProvider(folder))
            .setChannelCountProvider(Storage.ChannelCountProvider(1))
            .setDataFileEvaluator(
                Storage.DataFileEvaluator(
                    MIN_FILE_BYTES,
                    MAX_FILE_BYTES,
                    NO_LIVE_SHARE,
                    false,
                    StorageDataFileEvaluator.Validation.maximumTransactionLogFileSize()))
            .setHousekeepingController(
                Storage.HousekeepingController(HOUSEKEEPING_MILLIS, HOUSEKEEPING_BUDGET_NANOS))
            .setEntityCacheEvaluator(Storage.EntityCacheEvaluator(CACHE_MILLIS, CACHE_BYTES))
            .createConfiguration();
    var swarmEntity = new SwarmEntity();
    EmbeddedStorageManager manager =
        EmbeddedStorage.Foundation(configuration)
            .setHousekeepingBroker(new NoHousekeeping())
            .onConnectionFoundation(CommitBuffers::giveBackOn)
            .registerTypeHandler(swarmEntity)
            .start();
    try {
      return new TrackerStore(folder, manager, root(manager), swarmEntity);
    } catch (RuntimeException e) {
      manager.shutdown();
      throw e;
    }
  }

  private static StoredState root(EmbeddedStorageManager manager) {
    Object root = manager.root();
    if (root == null) {
      root = new StoredState();
      manager.setRoot(root);
      manager.storeRoot();
    }
    if (root instanceof StoredState state) {
      return state;
    }
    throw new IllegalStateException("it is no store of a tracker");
  }

  /** Bytes of the files in a folder. */
  static long bytesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /**
   * Ends the making of a store: all of it is on the disk, and from now on it counts.
   *
   * @throws IOException if that cannot be known; then it does not count
   */
  synchronized void complete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.toList()) {
        WholeFile.force(path);
      }
    }
    Mark.begin(folder, state.progress.commits);
    WholeFile.force(folder.resolve(".."));
    mark = Optional.of(Mark.open(folder));
  }

  Path folder() {
    return folder;
  }

  /** Bytes of the disk that it takes, about. */
  synchronized long writtenBytes() {
    return writtenBytes;
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
      bytes += sealed.length + IMAGE_BYTES;
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
   * @throws DamagedStoreException if that cannot be told
   */
  synchronized long missingChanges() throws DamagedStoreException, IOException {
    return Math.max(0, Mark.read(folder) - state.progress.commits);
  }

  /**
   * Takes what the store holds, entry by entry. Torrents and access lists are in stores of older
   * trackers only.
   */
  interface Reader {
    void torrent(InfoHash hash, byte[] entry, byte[] metainfo)
        throws DamagedStoreException, IOException;

    void swarm(InfoHash hash, byte[] image) throws DamagedStoreException, IOException;

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
    unless(damaged, ACCESS_LISTS, () -> readAccess(reader));
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

  private void readAccess(Reader reader) throws DamagedStoreException, IOException {
    if (state.access != null) {
      reader.access(Seal.open(Seal.Kind.ACCESS, Seal.NO_SUBJECT, state.access));
    }
  }

  private static byte[] metainfo(Torrent torrent) throws DamagedStoreException {
    byte[] sealed = torrent.metainfo.get();
    torrent.metainfo.clear();
    return Seal.open(Seal.Kind.METAINFO, torrent.hash().toBytes(), sealed);
  }

  private static void read(Torrent torrent, Reader reader)
      throws DamagedStoreException, IOException {
    InfoHash hash = torrent.hash();
    byte[] entry = Seal.open(Seal.Kind.TORRENT, hash.toBytes(), torrent.entry);
    reader.torrent(hash, entry, metainfo(torrent));
  }

  private static void read(Swarm swarm, Reader reader) throws DamagedStoreException, IOException {
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
    void run() throws DamagedStoreException, IOException;
  }

  /** A broken seal or, where a reference leads nowhere, anything: one entry, not the end. */
  private static void unless(List<String> damaged, String what, Reading reading)
      throws IOException {
    try {
      reading.run();
    } catch (DamagedStoreException _) {
      damaged.add(what);
    } catch (RuntimeException e) {
      if (InWords.isOfTheSystem(e)) {
        throw new IOException(InWords.of(e), e);
      }
      damaged.add(what);
    }
  }

  private void commit(Collection<?> changed, long bytes) throws IOException {
    commit(changed, bytes, () -> {});
  }

  private void commit(Collection<?> changed, long bytes, Runnable between) throws IOException {
    if (changed.isEmpty()) {
      return;
    }
    long shardBytes = 0;
    try {
      Storer storer = manager.createStorer();
      for (Object each : changed) {
        storer.store(each);
        shardBytes += each instanceof Shard shard ? bytes(shard) : 0;
        between.run();
      }
      state.progress.commits++;
      storer.store(state.progress);
      storer.commit();
      if (mark.isPresent()) {
        mark.get().write(state.progress.commits);
      }
    } catch (RuntimeException | IOException e) {
      throw new IOException("cannot save to " + folder + ": " + InWords.of(e), e);
    }
    writtenBytes += COMMIT_BYTES + bytes + shardBytes;
  }

  /** Storing a shard again writes a reference for each of its swarms. */
  private static long bytes(Shard shard) {
    return IMAGE_BYTES + (long) Long.BYTES * shard.swarms.length;
  }

  @Override
  public synchronized void close() throws IOException {
    try (var _ = mark.isPresent() ? mark.get() : null) {
      manager.shutdown();
    }
  }
}
