package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What the catalogue knows of a torrent, as bytes: total bytes (8), files (4), milliseconds of its
 * registration since 1970 (8), 1 and the other info-hash (20) or 0, then the name in UTF-8.
 */
final class CatalogueEntry {
  private static final int FIXED_BYTES = 2 * Long.BYTES + Integer.BYTES + 1;

  private CatalogueEntry() {}

  static byte[] encode(RegisteredTorrent torrent) {
    byte[] name = torrent.name().getBytes(StandardCharsets.UTF_8);
    int otherBytes = torrent.otherInfoHash().isPresent() ? InfoHash.BYTES : 0;
    var out = ByteBuffer.allocate(FIXED_BYTES + otherBytes + name.length);
    out.putLong(torrent.totalBytes()).putInt(torrent.files());
    out.putLong(torrent.registeredAt().toEpochMilli()).put((byte) (otherBytes == 0 ? 0 : 1));
    torrent.otherInfoHash().ifPresent(other -> other.write(out));
    return out.put(name).array();
  }

  static RegisteredTorrent decode(InfoHash hash, byte[] bytes, int metainfoBytes)
      throws DamagedStoreException {
    try {
      var in = ByteBuffer.wrap(bytes);
      long totalBytes = in.getLong();
      int files = in.getInt();
      Instant registeredAt = Instant.ofEpochMilli(in.getLong());
      Optional<InfoHash> other = in.get() == 0 ? Optional.empty() : Optional.of(InfoHash.read(in));
      String name = StandardCharsets.UTF_8.decode(in).toString();
      return new RegisteredTorrent(
          hash, other, name, totalBytes, files, metainfoBytes, registeredAt);
    } catch (BufferUnderflowException _) {
      throw new DamagedStoreException("catalogue entry of " + bytes.length + " bytes");
    }
  }
}
