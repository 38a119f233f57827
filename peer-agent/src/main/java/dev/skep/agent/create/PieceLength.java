package dev.skep.agent.create;

import dev.skep.protocol.metainfo.MetainfoBuilder;

/**
 * How long pieces are.
 *
 * <p>A piece is what peers can pass on, so many of them spread a file sooner; each costs 20 bytes
 * in the torrent and a message to every peer, so not too many.
 */
public final class PieceLength {
  private static final int MIN_BYTES = 16 << 10;
  private static final int MAX_BYTES = 64 << 20;

  private PieceLength() {}

  /** A power of two from 16 KiB to 16 MiB that makes about 2,048 pieces or fewer. */
  public static int forTotal(long totalBytes) {
    return MetainfoBuilder.suggestedPieceLength(totalBytes);
  }

  /** Whether somebody may ask for it: a power of two from 16 KiB to 64 MiB. */
  public static boolean isAllowed(long bytes) {
    return bytes >= MIN_BYTES && bytes <= MAX_BYTES && Long.bitCount(bytes) == 1;
  }
}
