package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a store held, brought back into memory.
 *
 * @param torrents the registered ones
 * @param access the access lists, if there were any
 * @param damaged what could not be brought back
 */
public record Restored(
    List<RegisteredTorrent> torrents, Optional<byte[]> access, List<String> damaged) {
  static Restored from(TrackerStore store, SwarmStore swarms, Instant now) throws IOException {
    var reading = new Reading(swarms, now);
    List<String> damaged = store.read(reading);
    store.releaseImages();
    reading.torrents.forEach(torrent -> reading.pinned.remove(torrent.infoHash()));
    reading.pinned.forEach(swarms::unpin);
    return new Restored(List.copyOf(reading.torrents), reading.access, damaged);
  }

  /** Torrents with completed counts are pinned while the rest is read, so that the counts stay. */
  private static final class Reading implements TrackerStore.Reader {
    private final SwarmStore swarms;
    private final Instant now;
    private final List<RegisteredTorrent> torrents = new ArrayList<>();
    private final Set<InfoHash> pinned = new HashSet<>();
    private Optional<byte[]> access = Optional.empty();

    Reading(SwarmStore swarms, Instant now) {
      this.swarms = swarms;
      this.now = now;
    }

    @Override
    public void torrent(InfoHash hash, byte[] entry, byte[] metainfo) throws DamagedException {
      torrents.add(CatalogueEntry.decode(hash, entry));
      swarms.pin(hash, 0);
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
    public void swarm(InfoHash hash, byte[] dated) throws DamagedException {
      try {
        swarms.load(hash, DatedImage.image(dated), DatedImage.age(dated, now).toSeconds());
      } catch (IllegalArgumentException e) {
        throw new DamagedException(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void access(byte[] content) {
      access = Optional.of(content);
    }
  }
}
