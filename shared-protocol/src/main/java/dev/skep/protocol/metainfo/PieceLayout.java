package dev.skep.protocol.metainfo;

import dev.skep.protocol.BlockRef;
import java.util.Map;
import java.util.Objects;

/**
 * All arithmetic of pieces and blocks: which bytes of the torrent belong to which (BEP 3). In a
 * torrent that is v2 only each file begins with a piece of its own (BEP 52), so that any file's
 * last piece can be short; elsewhere only the last.
 *
 * @param totalBytes where the last file ends, padding and gaps included; at least 1
 * @param pieceLengthBytes length of every piece that is not short; at least 1
 * @param shortPieces length of each short piece of a torrent that is v2 only; empty in v1 and
 *     hybrid torrents, where the last one can be short
 */
public record PieceLayout(
    long totalBytes, int pieceLengthBytes, Map<Integer, Integer> shortPieces) {
  /** What one request asks for, except at the end of a piece. */
  public static final int BLOCK_BYTES = 16 * 1024;

  /**
   * Refuses what has no pieces or more than an int can count.
   *
   * @throws IllegalArgumentException if a number is not positive or there would be 2^31 pieces or
   *     more
   */
  public PieceLayout {
    if (totalBytes < 1
        || pieceLengthBytes < 1
        || (totalBytes - 1) / pieceLengthBytes >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(totalBytes + " bytes in pieces of " + pieceLengthBytes);
    }
    shortPieces = Map.copyOf(shortPieces);
  }

  /**
   * Without gaps.
   *
   * @throws IllegalArgumentException if a number is not positive or there would be 2^31 pieces or
   *     more
   */
  public PieceLayout(long totalBytes, int pieceLengthBytes) {
    this(totalBytes, pieceLengthBytes, Map.of());
  }

  public int pieceCount() {
    return (int) ((totalBytes - 1) / pieceLengthBytes) + 1;
  }

  /**
   * Length of a piece.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public int lengthBytes(int piece) {
    int length = (int) Math.min(pieceLengthBytes, totalBytes - offsetBytes(piece));
    return shortPieces.isEmpty() ? length : shortPieces.getOrDefault(piece, length);
  }

  /**
   * Where a piece begins, in bytes from the torrent's begin.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public long offsetBytes(int piece) {
    return (long) Objects.checkIndex(piece, pieceCount()) * pieceLengthBytes;
  }

  /**
   * How many blocks a piece has.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public int blockCount(int piece) {
    return (lengthBytes(piece) - 1) / BLOCK_BYTES + 1;
  }

  /**
   * One of a piece's blocks.
   *
   * @throws IndexOutOfBoundsException if there is no such piece or block
   */
  public BlockRef block(int piece, int index) {
    int offset = Objects.checkIndex(index, blockCount(piece)) * BLOCK_BYTES;
    return new BlockRef(piece, offset, Math.min(BLOCK_BYTES, lengthBytes(piece) - offset));
  }

  /** Which block of its piece this is. Only for blocks that {@link #block} could have returned. */
  public int indexOf(BlockRef block) {
    return block.offset() / BLOCK_BYTES;
  }

  /**
   * Whether {@link #block} could have returned it: on a block's boundary and exactly as long as
   * that block.
   */
  public boolean isBlock(BlockRef b) {
    return isValid(b)
        && b.offset() % BLOCK_BYTES == 0
        && b.lengthBytes() == Math.min(BLOCK_BYTES, lengthBytes(b.piece()) - b.offset());
  }

  /** Whether it is a part of an existing piece, at least 1 byte long, on whatever boundary. */
  public boolean isValid(BlockRef b) {
    return b.piece() < pieceCount()
        && b.lengthBytes() > 0
        && b.offset() < lengthBytes(b.piece())
        && b.lengthBytes() <= lengthBytes(b.piece()) - b.offset();
  }

  /**
   * Whether a peer may ask for it: a valid part of a piece, or one that goes on into the zeros
   * which fill up the short piece at the end of a v2 file. libtorrent asks for all of such a
   * piece's last block.
   */
  public boolean isAskable(BlockRef b) {
    if (isValid(b)) {
      return true;
    }
    return shortPieces.containsKey(b.piece())
        && b.lengthBytes() > 0
        && b.offset() < lengthBytes(b.piece())
        && b.lengthBytes() <= pieceLengthBytes - b.offset();
  }

  /**
   * Which piece holds a byte of the torrent.
   *
   * @throws IndexOutOfBoundsException if the torrent has no such byte
   */
  public int pieceAt(long offsetBytes) {
    return (int) (Objects.checkIndex(offsetBytes, totalBytes) / pieceLengthBytes);
  }
}
