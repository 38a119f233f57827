package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.tracker.catalogue.CatalogueChange.Published;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import dev.skep.tracker.catalogue.RegisteredTorrent.NamedPlace;
import dev.skep.tracker.catalogue.RegisteredTorrent.Place;
import dev.skep.tracker.system.ChangeBell;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The torrents that the tracker knows by name. A change holds, and is seen, only after its keeper
 * has it; each makes a new version.
 *
 * <p>The .torrent files stay with the keeper: here a torrent takes about {@value #HEAP_BYTES} bytes
 * of the heap, and its name.
 *
 * <p>Safe for use by many threads; asking never waits.
 */
public final class Catalogue {
  /** What a torrent takes of the heap beside its name, about. */
  public static final int HEAP_BYTES = 700;

  private static final int MAX_NAME_CHARACTERS = 255;

  private final Keeper keeper;
  private final Limits limits;
  private final InstantSource clock;
  private final Map<InfoHash, RegisteredTorrent> byHash = new ConcurrentHashMap<>();
  private final CatalogueIndex index = new CatalogueIndex();
  private final AtomicLong metainfoBytes = new AtomicLong();
  private final Refused refused = new Refused(new LongAdder(), new LongAdder());

  private final ChangeBell bell = new ChangeBell();

  /** Of the last change that was tried, kept or not: no two ever have the same version. */
  private long lastTried;

  private volatile CatalogueHistory history = CatalogueHistory.of(0);
  private volatile long version;

  /** Whether somebody who reads may see something between two versions. */
  private volatile boolean changing;

  /** Keeps what must not be lost. Changes return when they are committed. */
  public interface Keeper {
    void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException;

    /**
     * Forgets a torrent.
     *
     * @param history with its removal
     */
    void remove(InfoHash hash, CatalogueHistory history) throws IOException;

    /** The .torrent file put, if there is one. */
    Optional<StoredMetainfo> open(InfoHash hash) throws IOException;
  }

  /**
   * What it takes.
   *
   * @param torrents most at a time
   * @param metainfoBytes largest .torrent file
   * @param totalBytes most bytes of .torrent files together, on the disk
   */
  public record Limits(int torrents, int metainfoBytes, long totalBytes) {}

  /**
   * How many torrents there was no room for, since the start.
   *
   * @param torrents because there were as many as may be
   * @param bytes because .torrent files took as many as they may
   */
  public record Refused(LongAdder torrents, LongAdder bytes) {}

  /** An empty catalogue. */
  public Catalogue(Keeper keeper, Limits limits, InstantSource clock) {
    this.keeper = keeper;
    this.limits = limits;
    this.clock = clock;
  }

  /** Takes up what the keeper had before. */
  public synchronized void restore(
      Collection<RegisteredTorrent> torrents, CatalogueHistory before) {
    torrents.forEach(this::publish);
    history = before;
    lastTried =
        Stream.concat(
                torrents.stream().map(RegisteredTorrent::version), Stream.of(before.lastVersion()))
            .max(Long::compare)
            .orElse(0L);
    version = lastTried;
  }

  /**
   * Registers a torrent; one that is there already is replaced, and may get another name so.
   *
   * @param source the bytes that {@code metainfo} was parsed from
   * @throws RegistrationException if name or labels are not fit, or the catalogue is full
   * @throws IOException if it could not be saved; then it is not registered
   */
  public synchronized RegisteredTorrent register(
      Metainfo metainfo, byte[] source, String name, Publication publication)
      throws RegistrationException, IOException {
    InfoHash hash = metainfo.infoHash();
    checkName(name);
    Publication.check(publication.labels());
    checkRoom(hash, source.length);
    Optional<InfoHash> other =
        metainfo.infoHashV2().map(v2 -> v2.truncated()).filter(v2 -> !v2.equals(hash));
    var torrent =
        new RegisteredTorrent(
            hash,
            other,
            name,
            metainfo.totalBytes(),
            metainfo.files().size(),
            metainfo.layout().pieceCount(),
            source.length,
            now(),
            publication,
            ++lastTried);
    keeper.put(torrent, source);
    changing = true;
    hide(hash);
    publish(torrent);
    changed(torrent.version());
    return torrent;
  }

  /** The time as registrations have it. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private void checkRoom(InfoHash hash, int bytes) throws RegistrationException {
    RegisteredTorrent old = byHash.get(hash);
    if (old == null && size() >= limits.torrents()) {
      refused.torrents().increment();
      throw RegistrationException.full(
          "the catalogue is full ("
              + limits.torrents()
              + " torrents); remove some or raise skep.limit.registered");
    }
    int oldBytes = old == null ? 0 : old.metainfoBytes();
    if (metainfoBytes.get() - oldBytes + bytes > limits.totalBytes()) {
      refused.bytes().increment();
      throw RegistrationException.full(
          "the catalogue is full (its .torrent files may take "
              + limits.totalBytes()
              + " bytes); remove some or raise skep.limit.catalogue");
    }
  }

  private static void checkName(String name) throws RegistrationException {
    if (name.isBlank()
        || name.length() > MAX_NAME_CHARACTERS
        || name.chars().anyMatch(Character::isISOControl)) {
      throw RegistrationException.wrong(
          "a name has 1 to " + MAX_NAME_CHARACTERS + " characters and no control characters");
    }
  }

  /**
   * Forgets a torrent.
   *
   * @return whether it was registered
   * @throws IOException if that could not be saved; then it stays
   */
  public synchronized boolean remove(InfoHash hash) throws IOException {
    RegisteredTorrent torrent = byHash.get(hash);
    if (torrent == null) {
      return false;
    }
    CatalogueHistory after = history.with(new Removed(++lastTried, torrent.infoHash()));
    keeper.remove(torrent.infoHash(), after);
    changing = true;
    hide(torrent.infoHash());
    history = after;
    changed(lastTried);
    return true;
  }

  /**
   * The same, unless it was registered anew meanwhile.
   *
   * @param torrent as it was found
   */
  public synchronized boolean remove(RegisteredTorrent torrent) throws IOException {
    return torrent.equals(byHash.get(torrent.infoHash())) && remove(torrent.infoHash());
  }

  private void publish(RegisteredTorrent torrent) {
    byHash.put(torrent.infoHash(), torrent);
    torrent.otherInfoHash().ifPresent(other -> byHash.put(other, torrent));
    index.add(torrent);
    metainfoBytes.addAndGet(torrent.metainfoBytes());
  }

  private void hide(InfoHash hash) {
    RegisteredTorrent torrent = byHash.remove(hash);
    if (torrent != null) {
      torrent.otherInfoHash().ifPresent(byHash::remove);
      index.remove(torrent);
      metainfoBytes.addAndGet(-torrent.metainfoBytes());
    }
  }

  /** Whether peers may find this torrent here; no garbage, for the announce path. */
  public boolean contains(InfoHash hash) {
    return byHash.containsKey(hash);
  }

  /** What it takes. */
  public Limits limits() {
    return limits;
  }

  /** What there was no room for. */
  public Refused refused() {
    return refused;
  }

  /** The torrent with this info-hash, either of a hybrid's. */
  public Optional<RegisteredTorrent> find(InfoHash hash) {
    return Optional.ofNullable(byHash.get(hash));
  }

  /** Those behind a place, by name, and of one name what was published last first. Sees changes. */
  public Iterator<RegisteredTorrent> byName(Optional<NamedPlace> behind) {
    return index.byName(behind);
  }

  /**
   * Those behind a place, what was published last first. Sees changes.
   *
   * @param label only of these, if there is one
   */
  public Iterator<RegisteredTorrent> newest(Optional<String> label, Optional<Place> behind) {
    return index.newest(label, behind);
  }

  /** How many have a label. */
  public int labelled(String label) {
    return index.labelled(label);
  }

  /** How many there are. */
  public int size() {
    return index.size();
  }

  /** Bytes of all .torrent files together. */
  public long metainfoBytes() {
    return metainfoBytes.get();
  }

  /**
   * The .torrent file as it was registered, to be read from the disk and closed.
   *
   * @throws IOException if it cannot be read, or is not what was registered any more
   */
  public Optional<StoredMetainfo> openMetainfo(InfoHash hash) throws IOException {
    RegisteredTorrent torrent = byHash.get(hash);
    return torrent == null ? Optional.empty() : keeper.open(torrent.infoHash());
  }

  // ---- for who follows it

  private void changed(long newVersion) {
    version = newVersion;
    changing = false;
    bell.ring();
  }

  /** How it is now: each change makes another one of it. */
  public CatalogueCursor cursor() {
    return new CatalogueCursor(history.catalogue(), version);
  }

  /** Whether what was read since it was this one is all of this one. */
  public boolean isStill(CatalogueCursor before) {
    return !changing && cursor().equals(before); // in this order: one that began is over only then
  }

  /** Whether all that happened behind a cursor is still known. */
  public boolean knowsWhatFollows(CatalogueCursor cursor) {
    CatalogueHistory past = history;
    return cursor.catalogue() == past.catalogue()
        && cursor.version() >= past.forgottenUpTo()
        && cursor.version() <= version;
  }

  /**
   * What happened behind a version, in order. A torrent that was registered several times comes
   * once, as it is now.
   *
   * @param most how many changes at most
   */
  public List<CatalogueChange> changesAfter(long behind, int most) {
    long now = version;
    Stream<CatalogueChange> removed =
        history.removals().stream().filter(one -> one.version() > behind).limit(most).map(r -> r);
    Stream<CatalogueChange> published = index.changedAfter(behind).limit(most).map(Published::new);
    return Stream.concat(removed, published)
        .filter(change -> change.version() <= now)
        .sorted(Comparator.comparingLong(CatalogueChange::version))
        .limit(most)
        .toList();
  }

  /**
   * Waits until there is another version than this, or a while is over.
   *
   * @return false if nobody is to wait any more: see {@link #endWaiting}
   */
  public boolean awaitChangeAfter(long known, Duration most) throws InterruptedException {
    return bell.await(() -> version != known, most);
  }

  /** Wakes all who wait for a change, and whoever begins to from now on: the tracker stops. */
  public void endWaiting() {
    bell.end();
  }
}
