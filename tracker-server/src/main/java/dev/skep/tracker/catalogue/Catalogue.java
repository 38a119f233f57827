package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The torrents that the tracker knows by name. A change holds, and is seen, only after its keeper
 * has it.
 *
 * <p>The .torrent files stay with the keeper: here a torrent takes about {@value #HEAP_BYTES} bytes
 * of the heap, and its name.
 *
 * <p>Safe for use by many threads; asking never waits.
 */
public final class Catalogue {
  /** What a torrent takes of the heap beside its name, about. */
  public static final int HEAP_BYTES = 400;

  private static final int MAX_NAME_CHARACTERS = 255;

  private final Keeper keeper;
  private final Limits limits;
  private final InstantSource clock;
  private final Map<InfoHash, RegisteredTorrent> byHash = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<String, RegisteredTorrent> byName =
      new ConcurrentSkipListMap<>();
  private final AtomicLong metainfoBytes = new AtomicLong();

  /** Keeps what must not be lost. Both changes return when they are committed. */
  public interface Keeper {
    void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException;

    void remove(InfoHash hash) throws IOException;

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

  /** An empty catalogue. */
  public Catalogue(Keeper keeper, Limits limits, InstantSource clock) {
    this.keeper = keeper;
    this.limits = limits;
    this.clock = clock;
  }

  /** Takes up what the keeper had before. */
  public synchronized void restore(Collection<RegisteredTorrent> torrents) {
    torrents.forEach(this::publish);
  }

  /**
   * Registers a torrent; one that is there already is replaced and may get another name so.
   *
   * @param source the bytes that {@code metainfo} was parsed from
   * @throws RegistrationException if the name is taken or not fit, or the catalogue is full
   * @throws IOException if it could not be saved; then it is not registered
   */
  public synchronized RegisteredTorrent register(Metainfo metainfo, byte[] source, String name)
      throws RegistrationException, IOException {
    InfoHash hash = metainfo.infoHash();
    checkName(name, hash);
    checkRoom(hash, source.length);
    Optional<InfoHash> other =
        metainfo.infoHashV2().map(v2 -> v2.truncated()).filter(v2 -> !v2.equals(hash));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var torrent =
        new RegisteredTorrent(
            hash, other, name, metainfo.totalBytes(), metainfo.files().size(), source.length, now);
    keeper.put(torrent, source);
    hide(hash);
    publish(torrent);
    return torrent;
  }

  private void checkRoom(InfoHash hash, int bytes) throws RegistrationException {
    RegisteredTorrent old = byHash.get(hash);
    if (old == null && size() >= limits.torrents()) {
      throw new RegistrationException(
          "the catalogue is full ("
              + limits.torrents()
              + " torrents); remove some or raise skep.limit.registered");
    }
    int oldBytes = old == null ? 0 : old.metainfoBytes();
    if (metainfoBytes.get() - oldBytes + bytes > limits.totalBytes()) {
      throw new RegistrationException(
          "the catalogue is full (its .torrent files may take "
              + limits.totalBytes()
              + " bytes); remove some or raise skep.limit.catalogue");
    }
  }

  private void checkName(String name, InfoHash hash) throws RegistrationException {
    if (name.isBlank()
        || name.length() > MAX_NAME_CHARACTERS
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new RegistrationException(
          "a name has 1 to " + MAX_NAME_CHARACTERS + " characters and no control characters");
    }
    RegisteredTorrent owner = byName.get(name);
    if (owner != null && !owner.infoHash().equals(hash)) {
      throw new RegistrationException(
          "the name '"
              + name
              + "' is taken by "
              + owner.infoHash()
              + "; choose another with ?name=");
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
    keeper.remove(torrent.infoHash());
    hide(torrent.infoHash());
    return true;
  }

  private void publish(RegisteredTorrent torrent) {
    byHash.put(torrent.infoHash(), torrent);
    torrent.otherInfoHash().ifPresent(other -> byHash.put(other, torrent));
    byName.put(torrent.name(), torrent);
    metainfoBytes.addAndGet(torrent.metainfoBytes());
  }

  private void hide(InfoHash hash) {
    RegisteredTorrent torrent = byHash.remove(hash);
    if (torrent != null) {
      torrent.otherInfoHash().ifPresent(byHash::remove);
      byName.remove(torrent.name());
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

  /** The torrent with this info-hash, either of a hybrid's. */
  public Optional<RegisteredTorrent> find(InfoHash hash) {
    return Optional.ofNullable(byHash.get(hash));
  }

  /** The torrent of this name. */
  public Optional<RegisteredTorrent> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Those behind a name, by name; from the first one for an empty name. Sees changes. */
  public Iterator<RegisteredTorrent> after(String name) {
    return byName.tailMap(name, false).values().iterator();
  }

  /** How many there are. */
  public int size() {
    return byName.size();
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
}
