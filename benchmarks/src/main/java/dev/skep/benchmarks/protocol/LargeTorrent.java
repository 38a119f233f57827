package dev.skep.benchmarks.protocol;

import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.MetainfoException;
import java.util.List;
import java.util.Random;

/** A torrent of 10,000 files whose .torrent file is 5 MB. */
final class LargeTorrent {
  private static final int FILES = 10_000;
  private static final int PIECES = 220_000;
  private static final int PIECE_BYTES = 16_384;

  private LargeTorrent() {}

  static byte[] bytes() {
    MetainfoBuilder builder = MetainfoBuilder.folder("a-release-of-something-large");
    long left = (long) PIECES * PIECE_BYTES;
    for (int i = 0; i < FILES; i++) {
      long length = i == FILES - 1 ? left : left / (FILES - i);
      builder.file(
          List.of("directory-%03d".formatted(i / 100), "file-number-%05d.bin".formatted(i)),
          length);
      left -= length;
    }
    byte[] hashes = new byte[20 * PIECES];
    new Random(1).nextBytes(hashes);
    try {
      return builder.pieceLength(PIECE_BYTES).pieceHashes(hashes).build();
    } catch (MetainfoException e) {
      throw new IllegalStateException(e);
    }
  }
}
