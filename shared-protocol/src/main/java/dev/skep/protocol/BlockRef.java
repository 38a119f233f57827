package dev.skep.protocol;

/**
 * A range of bytes within a piece: what a peer requests, sends, cancels or rejects (BEP 3).
 *
 * @param piece index of the piece, 0 or more
 * @param offset bytes from the piece's begin, 0 or more
 * @param lengthBytes 0 or more; 16 KiB except at a piece's end
 */
public record BlockRef(int piece, int offset, int lengthBytes) {
  /**
   * Refuses what no piece can hold.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public BlockRef {
    if ((piece | offset | lengthBytes) < 0) {
      throw new IllegalArgumentException(
          "block of piece " + piece + " at " + offset + ", length " + lengthBytes);
    }
  }
}
