package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.StoredMetainfo;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.SavedRollout;
import dev.skep.tracker.swarm.SwarmChange;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data folder of a running tracker: what it held is restored first, then changes are kept.
 *
 * <p>What is acknowledged, that is the catalogue, access lists and rollouts, is in files of its
 * own, each replaced in one step, and on the disk before the call returns: nothing that happens to
 * the rest can touch it. Swarms and completed counts, of which the memory has all, are in a store
 * that a {@link Saver} writes. When that store failed, or grew large, everything that is known goes
 * into a new one; until that is whole the old one counts, and stays as it is.
 */
public final class Persistence implements Catalogue.Keeper, RolloutKeeping.Keeper, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  /** An empty store opens if anything does; a slow machine may take its time. */
  private static final Duration BEGIN_LIMIT = Duration.ofMinutes(2);

  /** A store grows by so much, or twice what it began with, before a new one takes over. */
  private static final long GROWTH_BYTES = 64 << 20;

  private final DataFolder folder;
  private final CatalogueFiles torrents;
  private final HistoryFile history;
  private final AccessFile access;
  private final RolloutFiles rollouts;
  private final List<Path> damagedStores;
  private final List<String> notices = new ArrayList<>();

  /** Absent after it failed, and before a new one is whole. */
  private @Nullable TrackerStore store;

  private long beganWithBytes;
  private volatile Optional<String> damage = Optional.empty();

  private Persistence(DataFolder folder, StoreOpening opening) throws IOException {
    this.folder = folder;
    this.torrents = new CatalogueFiles(folder.torrents());
    this.history = new HistoryFile(folder.history());
    this.access = new AccessFile(folder.access());
    this.rollouts = new RolloutFiles(folder.rollouts(), folder.hosts());
    this.store = opening.store().orElse(null);
    this.damagedStores = opening.damaged();
    opening.problem().ifPresent(this::tellDamage);
    if (!Files.exists(folder.torrents())) {
      makeTorrents(opening);
    }
    if (damagedStores.isEmpty()) {
      if (store == null) {
        renew(_ -> {});
      } else {
        folder.keepOnly(store.folder(), damagedStores);
      }
    }
    if (folder.tightened() > 0) {
      notices.add(
          "others could read the data folder %s; now only the tracker's user can (%,d files and folders)"
              .formatted(folder, folder.tightened()));
    }
  }

  /** A folder without one is new, or an older tracker's, or lost it. */
  private void makeTorrents(StoreOpening opening) throws IOException {
    if (store != null && DataFolder.isOlder(store.folder())) {
      OlderStore.moveOut(store, folder, access);
      return;
    }
    boolean isNew = store == null && opening.damaged().isEmpty();
    if (!isNew) {
      tellDamage("the catalogue is lost with it");
    } else if (!access.exists()) {
      access.put(SavedAccess.NONE);
    }
    folder.replaceTorrents(folder.freshTorrents());
  }

  /**
   * Takes a data folder, and opens or makes the store in it.
   *
   * @param limit a store that does not open in so long is taken for damaged
   * @throws IOException if the folder cannot be used or another process has it; the message is one
   *     line for the operator
   */
  public static Persistence open(Path path, Duration limit) throws IOException {
    DataFolder folder = DataFolder.open(path);
    try {
      StoreOpening opening = StoreOpening.open(folder, limit);
      try {
        return new Persistence(folder, opening);
      } catch (IOException e) {
        opening.store().ifPresent(Persistence::closeQuietly);
        throw DataFolder.unusable(folder, e);
      }
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  /** What an operator should know and need not act upon; a line each. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** What was wrong with what was found, and what became of it; one line. */
  public Optional<String> damage() {
    return damage;
  }

  private void tellDamage(String what) {
    damage = Optional.of(damage.map(before -> before + "; " + what).orElse(what));
  }

  /** Brings back what the folder holds; once, before anything is kept. */
  public synchronized Restored restore(SwarmStore swarms, Instant now) throws IOException {
    var problems = new ArrayList<String>();
    List<RegisteredTorrent> found = torrents.readAll(problems);
    problems.forEach(this::tellDamage);
    CatalogueHistory past = history(problems.isEmpty());
    List<RegisteredTorrent> registered = withoutRemoved(found, past);
    SavedAccess lists = readAccess();
    registered.forEach(torrent -> swarms.pin(torrent.infoHash(), 0));
    if (store != null) {
      tellLeftOut(RestoredSwarms.read(store, registered, swarms, now));
    }
    if (!damagedStores.isEmpty()) {
      setDamagedAside(swarms, now);
    }
    var lost = new ArrayList<String>();
    var all =
        new Restored(registered, past, lists, rollouts.readAll(lost), rollouts.readHosts(lost));
    lost.forEach(this::tellDamage);
    return all;
  }

  /**
   * What was removed. Where that is not known, or a torrent was lost and with it maybe the number
   * of the last change, another catalogue begins, for who follows it.
   */
  private CatalogueHistory history(boolean allRead) throws IOException {
    Optional<CatalogueHistory> before = history.read();
    if (before.isPresent() && allRead) {
      return before.get();
    }
    List<Removed> removals = before.map(CatalogueHistory::removals).orElse(List.of());
    long forgottenUpTo = before.map(CatalogueHistory::forgottenUpTo).orElse(0L);
    var another = new CatalogueHistory(new SecureRandom().nextLong(), forgottenUpTo, removals);
    try {
      history.put(another);
    } catch (IOException _) {
      // The disk is full, or worse: then the next start begins yet another one.
    }
    return another;
  }

  /** Ends removals that were interrupted between the two files that they change. */
  private List<RegisteredTorrent> withoutRemoved(
      List<RegisteredTorrent> found, CatalogueHistory past) throws IOException {
    Map<InfoHash, Long> removedAt = new HashMap<>();
    past.removals().forEach(removal -> removedAt.put(removal.infoHash(), removal.version()));
    var left = new ArrayList<RegisteredTorrent>();
    for (RegisteredTorrent torrent : found) {
      // An older tracker, which knew no versions, may have registered it anew.
      boolean versioned = torrent.version() > 0;
      if (versioned && torrent.version() < removedAt.getOrDefault(torrent.infoHash(), 0L)) {
        torrents.remove(torrent.infoHash());
      } else {
        left.add(torrent);
      }
    }
    return left;
  }

  private void tellLeftOut(List<String> entries) {
    if (!entries.isEmpty() && damagedStores.isEmpty()) {
      tellDamage(
          entries.size()
              + " saved entries could not be brought back, the first: "
              + entries.getFirst());
    }
  }

  private SavedAccess readAccess() throws IOException {
    try {
      Optional<SavedAccess> lists = access.read();
      if (lists.isPresent()) {
        return lists.get();
      }
      tellDamage("the access lists are lost: there is no " + access);
    } catch (DamagedStoreException _) {
      tellDamage("the access lists are damaged and set aside as " + access.setAside());
    }
    return SavedAccess.LOST;
  }

  /**
   * Everything that could be read goes into a new store; if that fails, the saver does it later.
   */
  private void setDamagedAside(SwarmStore swarms, Instant now) {
    try (var reader = swarms.reader(EnumSet.allOf(SwarmChange.class))) {
      renew(fresh -> new SwarmCopy(reader, fresh, now, Rests.none()).everything());
    } catch (IOException e) {
      tellDamage("it is not set aside yet: " + InWords.of(e));
    }
  }

  /** Writes all that is known into an empty store. */
  @FunctionalInterface
  interface Everything {
    void writeTo(TrackerStore store) throws IOException;
  }

  /**
   * Puts everything that is known into a new store, which counts from the moment when it is whole.
   *
   * @throws IOException if there is no new store; then the old one still counts, and there is none
   *     to save to until this worked
   */
  synchronized void renew(Everything everything) throws IOException {
    folder.check();
    Optional.ofNullable(store).ifPresent(Persistence::closeQuietly);
    store = null;
    Path place = folder.nextStore();
    TrackerStore fresh = null;
    try {
      fresh = Patience.within(BEGIN_LIMIT, () -> TrackerStore.begin(place));
      everything.writeTo(fresh);
      fresh.complete();
    } catch (IOException | RuntimeException e) {
      abandon(Optional.ofNullable(fresh), place);
      throw new IOException("cannot save to " + place + ": " + InWords.of(e), e);
    }
    store = fresh;
    beganWithBytes = fresh.writtenBytes();
    try {
      List<Path> aside = folder.keepOnly(place, damagedStores);
      aside.forEach(path -> tellDamage("it is set aside as " + path));
    } catch (IOException _) {
      // What is left of old stores counts no more; the next renewal or start tries again.
    }
  }

  private static void abandon(Optional<TrackerStore> unfinished, Path place) {
    unfinished.ifPresent(Persistence::closeQuietly);
    try {
      DataFolder.delete(place);
    } catch (IOException _) {
      // It has no mark, so it never counts.
    }
  }

  /** Whether the store grew so much that a new one is due. */
  synchronized boolean isRenewalDue() throws IOException {
    long grown = store().writtenBytes() - beganWithBytes;
    return grown > Math.max(GROWTH_BYTES, 2 * beganWithBytes)
        || DataFolder.isOlder(store().folder());
  }

  /**
   * The store that swarms are saved to.
   *
   * @throws IOException if there is none now, or not where it should be
   */
  synchronized TrackerStore store() throws IOException {
    folder.check();
    if (store == null) {
      throw new IOException("there is no store in " + folder + " at the moment");
    }
    return store;
  }

  @Override
  public void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException {
    change("the torrent", () -> torrents.put(torrent, metainfo));
  }

  @Override
  public void remove(InfoHash hash, CatalogueHistory after) throws IOException {
    change(
        "the removal",
        () -> {
          remember(after);
          torrents.remove(hash);
        });
  }

  /** Where the disk is full it must still be possible to remove something from it. */
  private void remember(CatalogueHistory past) throws IOException {
    try {
      history.put(past);
    } catch (IOException _) {
      history.forget();
    }
  }

  /** Replaces the access lists; committed when this returns. */
  public void putAccess(SavedAccess lists) throws IOException {
    change("the access lists", () -> access.put(lists));
  }

  @Override
  public void put(SavedRollout rollout) throws IOException {
    change("the rollout", () -> rollouts.put(rollout));
  }

  @Override
  public void forgetRollout(String id) throws IOException {
    change("the end of a rollout", () -> rollouts.remove(id));
  }

  @Override
  public void putHosts(List<KnownHost> hosts) throws IOException {
    change("the known hosts", () -> rollouts.putHosts(hosts));
  }

  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  private void change(String what, Change change) throws IOException {
    folder.check();
    try {
      change.run();
    } catch (IOException e) {
      throw new IOException("cannot save " + what + ": " + InWords.of(e), e);
    }
  }

  @Override
  public Optional<StoredMetainfo> open(InfoHash hash) throws IOException {
    try {
      return torrents.open(hash);
    } catch (DamagedStoreException e) {
      throw new IOException(
          "the saved .torrent file of " + hash + " is damaged; publish it again", e);
    } catch (IOException e) {
      throw new IOException(
          "the saved .torrent file of " + hash + " cannot be read: " + InWords.of(e), e);
    }
  }

  /** Closes the store and lets another process have the folder. */
  @Override
  public synchronized void close() throws IOException {
    try {
      if (store != null) {
        close(store);
      }
    } finally {
      folder.close();
    }
  }

  private static void close(TrackerStore closing) throws IOException {
    Patience.within(
        CLOSE_LIMIT,
        () -> {
          closing.close();
          return true;
        });
  }

  /** Of a store that is not written to any more: there is nothing to lose. */
  private static void closeQuietly(TrackerStore closing) {
    try {
      close(closing);
    } catch (IOException _) {
      // What it holds is on the disk, or told to be lost.
    }
  }
}
