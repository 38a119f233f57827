package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.persistence.StoredState.Shard;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Completed counts of one shard as bytes: rows of info-hash (20 bytes) and count (4). */
final class CompletedCounts {
  private static final int ROW_BYTES = InfoHash.BYTES + Integer.BYTES;

  private CompletedCounts() {}

  static byte[] pack(Map<InfoHash, Integer> counts) {
    var rows = ByteBuffer.allocate(counts.size() * ROW_BYTES);
    counts.forEach(
        (hash, count) -> {
          if (count > 0) {
            hash.write(rows);
            rows.putInt(count);
          }
        });
    return Arrays.copyOf(rows.array(), rows.position());
  }

  /**
   * What a shard holds.
   *
   * @throws DamagedStoreException if it is not what was saved
   */
  static Map<InfoHash, Integer> read(Shard shard) throws DamagedStoreException {
    var counts = new TreeMap<InfoHash, Integer>();
    byte[] sealed = shard.completed;
    if (sealed != null) {
      var rows = ByteBuffer.wrap(Seal.open(Seal.Kind.COMPLETED, Seal.NO_SUBJECT, sealed));
      while (rows.remaining() >= ROW_BYTES) {
        counts.put(InfoHash.read(rows), rows.getInt());
      }
    }
    return counts;
  }

  /** What a shard holds, or nothing when it is damaged: that was told when the store was opened. */
  static Map<InfoHash, Integer> of(Shard shard) {
    try {
      return read(shard);
    } catch (DamagedStoreException _) {
      return new TreeMap<>();
    }
  }
}
