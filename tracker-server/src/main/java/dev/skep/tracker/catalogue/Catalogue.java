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

/**
 * The torrents that the tracker knows by name. A change holds, and is seen, only after its keeper
 * has it.
 *
 * <p>Safe for use by many threads; asking never waits.
 */
public final class Catalogue {
  private static final int MAX_NAME_CHARACTERS = 255;

  private final Keeper keeper;
  private final Limits limits;
  private final InstantSource clock;
  private final Map<InfoHash, RegisteredTorrent> byHash = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<String, RegisteredTorrent> byName =
      new ConcurrentSkipListMap<>();

  /** Keeps what must not be lost. Both changes return when they are committed. */
  public interface Keeper {
    void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException;

    void remove(InfoHash hash) throws IOException;

    /** The bytes put, if there are any. */
    Optional<byte[]> metainfo(InfoHash hash) throws IOException;
  }

  /**
   * What it takes.
   *
   * @param torrents most at a time
   * @param metainfoBytes largest .torrent file
   */
  public record Limits(int torrents, int metainfoBytes) {}

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
   * @throws CatalogueException if the name is taken or not fit, or the catalogue is full
   * @throws IOException if it could not be saved; then it is not registered
   */
  public synchronized RegisteredTorrent register(Metainfo metainfo, byte[] source, String name)
      throws CatalogueException, IOException {
    InfoHash hash = metainfo.infoHash();
    checkName(name, hash);
    if (!byHash.containsKey(hash) && size() >= limits.torrents()) {
      throw new CatalogueException(
          "the catalogue is full ("
              + limits.torrents()
              + " torrents); remove some or raise its limit");
    }
    Optional<InfoHash> other =
        metainfo.infoHashV2().map(v2 -> v2.truncated()).filter(v2 -> !v2.equals(hash));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var torrent =
        new RegisteredTorrent(
            hash, other, name, metainfo.totalBytes(), metainfo.files().size(), now);
    keeper.put(torrent, source);
    hide(hash);
    publish(torrent);
    return torrent;
  }

  private void checkName(String name, InfoHash hash) throws CatalogueException {
    if (name.isBlank()
        || name.length() > MAX_NAME_CHARACTERS
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new CatalogueException(
          "a name has 1 to " + MAX_NAME_CHARACTERS + " characters and no control characters");
    }
    RegisteredTorrent owner = byName.get(name);
    if (owner != null && !owner.infoHash().equals(hash)) {
      throw new CatalogueException(
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
  }

  private void hide(InfoHash hash) {
    RegisteredTorrent torrent = byHash.remove(hash);
    if (torrent != null) {
      torrent.otherInfoHash().ifPresent(byHash::remove);
      byName.remove(torrent.name());
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

  /** The .torrent file as it was registered. */
  public Optional<byte[]> metainfo(InfoHash hash) throws IOException {
    RegisteredTorrent torrent = byHash.get(hash);
    return torrent == null ? Optional.empty() : keeper.metainfo(torrent.infoHash());
  }
}
