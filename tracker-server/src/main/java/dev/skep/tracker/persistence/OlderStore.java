package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Moves catalogue and access lists out of the store of an older tracker, which kept all in one,
 * into files of their own.
 *
 * <p>The folder of torrents comes last, and takes its name when it is whole: until then all this is
 * done again at the next start.
 */
final class OlderStore {
  private OlderStore() {}

  /**
   * Does it.
   *
   * @throws IOException if files cannot be written; then the store is as it was
   */
  static void moveOut(TrackerStore store, DataFolder folder, AccessFile access) throws IOException {
    Path fresh = folder.freshTorrents();
    var moving = new Moving(new CatalogueFiles(fresh));
    List<String> damaged = store.read(moving);
    access.put(damaged.contains(TrackerStore.ACCESS_LISTS) ? SavedAccess.LOST : moving.lists);
    folder.replaceTorrents(fresh);
  }

  private static final class Moving implements TrackerStore.Reader {
    private final CatalogueFiles torrents;
    private SavedAccess lists = SavedAccess.NONE;

    Moving(CatalogueFiles torrents) {
      this.torrents = torrents;
    }

    @Override
    public void torrent(InfoHash hash, byte[] entry, byte[] metainfo)
        throws DamagedStoreException, IOException {
      torrents.put(CatalogueEntry.decode(hash, entry, metainfo.length), metainfo);
    }

    @Override
    public void access(byte[] content) {
      lists = new SavedAccess(content, true);
    }

    @Override
    public void swarm(InfoHash hash, byte[] image) {
      // It stays where it is.
    }

    @Override
    public void completed(Map<InfoHash, Integer> counts) {
      // They stay where they are.
    }
  }
}
