package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes saved swarms and counts back into memory. Torrents with completed counts are pinned while
 * the rest is read, so that the counts stay.
 */
final class RestoredSwarms implements TrackerStore.Reader {
  private final SwarmStore swarms;
  private final Instant now;
  private final Set<InfoHash> pinned = new HashSet<>();

  private RestoredSwarms(SwarmStore swarms, Instant now) {
    this.swarms = swarms;
    this.now = now;
  }

  /**
   * Brings back what a store holds.
   *
   * @param registered those are pinned
   * @return what could not be brought back
   */
  static List<String> read(
      TrackerStore store, Collection<RegisteredTorrent> registered, SwarmStore swarms, Instant now)
      throws IOException {
    var reading = new RestoredSwarms(swarms, now);
    List<String> damaged = store.read(reading);
    store.releaseImages();
    registered.forEach(torrent -> reading.pinned.remove(torrent.infoHash()));
    reading.pinned.forEach(swarms::unpin);
    return damaged;
  }

  @Override
  public void torrent(InfoHash hash, byte[] entry, byte[] metainfo) {
    // An older tracker's: it is a file by now.
  }

  @Override
  public void completed(Map<InfoHash, Integer> counts) {
    counts.forEach(
        (hash, count) -> {
          if (swarms.pinRestored(hash, count)) {
            pinned.add(hash);
          }
        });
  }

  @Override
  public void swarm(InfoHash hash, byte[] dated) throws DamagedStoreException {
    try {
      swarms.load(hash, DatedImage.image(dated), DatedImage.age(dated, now).toSeconds());
    } catch (IllegalArgumentException e) {
      throw new DamagedStoreException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void access(byte[] content) {
    // An older tracker's: it is a file by now.
  }
}
