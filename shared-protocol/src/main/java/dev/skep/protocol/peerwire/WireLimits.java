package dev.skep.protocol.peerwire;

import dev.skep.protocol.metainfo.PieceLayout;

/**
 * The longest messages that a connection accepts.
 *
 * @param pieceCount how many pieces the torrent has; no message may name another
 * @param maxBitfieldBytes longest bitfield
 * @param maxBlockBytes longest block, in a request or a piece
 * @param maxExtendedBytes longest payload of an extension's message
 * @param maxUnknownBytes longest body of an unknown message, which is skipped
 */
public record WireLimits(
    int pieceCount,
    int maxBitfieldBytes,
    int maxBlockBytes,
    int maxExtendedBytes,
    int maxUnknownBytes) {
  private static final int MAX_BLOCK_BYTES = 8 * PieceLayout.BLOCK_BYTES;
  private static final int MAX_EXTENDED_BYTES = 256 * 1024;
  private static final int MAX_UNKNOWN_BYTES = 1024 * 1024;

  /** Before the metainfo is known: any piece, a bitfield of up to 1 MiB. */
  public static final WireLimits WITHOUT_METAINFO =
      new WireLimits(
          Integer.MAX_VALUE,
          MAX_UNKNOWN_BYTES,
          MAX_BLOCK_BYTES,
          MAX_EXTENDED_BYTES,
          MAX_UNKNOWN_BYTES);

  /**
   * For a torrent of so many pieces: blocks up to 128 KiB, extensions up to 256 KiB, unknown
   * messages up to 1 MiB.
   */
  public static WireLimits of(int pieceCount) {
    return new WireLimits(
        pieceCount,
        Bitfield.byteLength(pieceCount),
        MAX_BLOCK_BYTES,
        MAX_EXTENDED_BYTES,
        MAX_UNKNOWN_BYTES);
  }
}
