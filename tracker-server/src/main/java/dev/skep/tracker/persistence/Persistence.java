package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The data folder of a running tracker: what it held is restored first, then changes are kept.
 *
 * <p>Registered torrents and access lists are committed before the call returns; swarms and
 * completed counts are saved by a {@link Saver}.
 */
public final class Persistence implements Catalogue.Keeper, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  private final DataFolder folder;
  private final Duration limit;
  private volatile TrackerStore store;
  private volatile Optional<String> damage;

  private Persistence(DataFolder folder, Duration limit, StoreOpening opening) {
    this.folder = folder;
    this.limit = limit;
    this.store = opening.store();
    this.damage = opening.damage();
  }

  /**
   * Takes a data folder, and opens or makes the store in it.
   *
   * @param limit a store that does not open in so long is set aside, as a damaged one is
   * @throws IOException if the folder cannot be used or another process has it; the message is one
   *     line for the operator
   */
  public static Persistence open(Path path, Duration limit) throws IOException {
    DataFolder folder = DataFolder.open(path);
    try {
      return new Persistence(folder, limit, StoreOpening.open(folder, limit));
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  /** What was wrong with the store that was found, and what became of it; one line. */
  public Optional<String> damage() {
    return damage;
  }

  /** Brings back what the store holds; once, before anything is kept. */
  public Restored restore(SwarmStore swarms, Instant now) throws IOException {
    Restored restored = Restored.from(store, swarms, now);
    if (!restored.damaged().isEmpty()) {
      damage =
          Optional.of(
              restored.damaged().size()
                  + " saved entries could not be brought back, the first: "
                  + restored.damaged().getFirst());
    }
    return restored;
  }

  /** Opens the store again after it failed. */
  void reopen() throws IOException {
    closeStore();
    StoreOpening opening = StoreOpening.open(folder, limit);
    store = opening.store();
    store.releaseImages();
    if (opening.damage().isPresent()) {
      damage = opening.damage();
    }
  }

  TrackerStore store() {
    return store;
  }

  @Override
  public void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException {
    store.putTorrent(torrent.infoHash(), CatalogueEntry.encode(torrent), metainfo);
  }

  @Override
  public void remove(InfoHash hash) throws IOException {
    store.removeTorrent(hash);
  }

  @Override
  public Optional<byte[]> metainfo(InfoHash hash) throws IOException {
    try {
      return store.metainfo(hash);
    } catch (DamagedException e) {
      throw new IOException(
          "the saved .torrent file of " + hash + " is damaged; publish it again", e);
    }
  }

  /** Replaces the access lists; committed when this returns. */
  public void putAccess(byte[] lists) throws IOException {
    store.putAccess(lists);
  }

  /** Closes the store and lets another process have the folder. */
  @Override
  public void close() throws IOException {
    try {
      closeStore();
    } finally {
      folder.close();
    }
  }

  private void closeStore() throws IOException {
    TrackerStore closing = store;
    Patience.within(
        CLOSE_LIMIT,
        () -> {
          closing.close();
          return true;
        });
  }
}
