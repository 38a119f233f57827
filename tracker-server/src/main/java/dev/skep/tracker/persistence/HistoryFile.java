package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.service.files.WholeFile;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import dev.skep.tracker.catalogue.CatalogueHistory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/**
 * What was removed from the catalogue, on the disk: one sealed file. A torrent is removed when its
 * removal stands here, whether its own file is gone yet or not. Its content is the number of the
 * catalogue (8 bytes), up to which version removals are forgotten (8), and for each removal its
 * version (8) and info-hash (20).
 */
final class HistoryFile {
  private static final int ROW_BYTES = Long.BYTES + InfoHash.BYTES;

  private final Path file;

  HistoryFile(Path file) {
    this.file = file;
  }

  /** Replaces it. On the disk when this returns. */
  void put(CatalogueHistory history) throws IOException {
    var content =
        ByteBuffer.allocate(2 * Long.BYTES + ROW_BYTES * history.removals().size())
            .putLong(history.catalogue())
            .putLong(history.forgottenUpTo());
    for (Removed removal : history.removals()) {
      content.putLong(removal.version());
      removal.infoHash().write(content);
    }
    WholeFile.write(file, Seal.close(Seal.Kind.HISTORY_FILE, Seal.NO_SUBJECT, content.array()));
  }

  /** Removes it: after the next start nobody is told what was removed, but to read all anew. */
  void forget() throws IOException {
    WholeFile.delete(file);
  }

  /** What was put, if it is there and whole. */
  Optional<CatalogueHistory> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var content =
          ByteBuffer.wrap(
              Seal.open(Seal.Kind.HISTORY_FILE, Seal.NO_SUBJECT, Files.readAllBytes(file)));
      if (content.remaining() < 2 * Long.BYTES) {
        return Optional.empty();
      }
      long catalogue = content.getLong();
      long forgottenUpTo = content.getLong();
      var removals = new ArrayList<Removed>();
      while (content.remaining() >= ROW_BYTES) {
        removals.add(new Removed(content.getLong(), InfoHash.read(content)));
      }
      return Optional.of(new CatalogueHistory(catalogue, forgottenUpTo, removals));
    } catch (DamagedStoreException _) {
      return Optional.empty();
    }
  }
}
