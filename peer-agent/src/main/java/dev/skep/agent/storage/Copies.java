package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells a copy of a file of ours from another file that has its name. That pieces match is little
 * proof: two versions of a disk image share most of theirs, and all files of zeros share all. So
 * what is taken for a copy must be as old as ours, or have nothing else in it that could be lost.
 */
final class Copies {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(CHUNK_BYTES).asReadOnlyBuffer();

  private final DataFiles files;
  private final PieceLayout layout;

  Copies(DataFiles files, PieceLayout layout) {
    this.files = files;
    this.layout = layout;
  }

  /**
   * Whether it is one, as far as these pieces tell.
   *
   * @param asOld whether it was born, or written, when ours was
   * @param good the pieces that are right in it: all that were verified in ours
   */
  boolean isOfOurs(DataFile file, boolean asOld, Bitfield good) {
    return anyData(file, good, true) && (asOld || !anyData(file, good, false));
  }

  /** Whether any byte is other than zero in its good pieces, or in its others. */
  private boolean anyData(DataFile file, Bitfield good, boolean inGood) {
    if (!file.hasBytes()) {
      return false;
    }
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    int last = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
      if (good.get(piece) == inGood && anyData(file, piece, chunk)) {
        return true;
      }
    }
    return false;
  }

  /** What cannot be read is taken for data: it may be somebody's. */
  private boolean anyData(DataFile file, int piece, ByteBuffer chunk) {
    long begin = layout.offsetBytes(piece);
    long at = Math.max(begin, file.offsetBytes());
    long end = Math.min(begin + layout.lengthBytes(piece), file.endBytes());
    while (at < end) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
      try {
        files.read(at, chunk);
      } catch (IOException e) {
        return true;
      }
      chunk.flip();
      if (chunk.mismatch(ZEROS.slice(0, chunk.limit())) >= 0) {
        return true;
      }
      at += chunk.limit();
    }
    return false;
  }
}
