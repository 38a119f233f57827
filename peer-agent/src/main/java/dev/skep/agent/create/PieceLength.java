package dev.skep.agent.create;

/**
 * How long pieces are.
 *
 * <p>A piece is what peers can pass on, so many of them spread a file sooner; each costs 20 bytes
 * in the torrent and a message to every peer, so not too many.
 */
public final class PieceLength {
  /** The shortest: one block. */
  public static final int MIN_BYTES = 16 << 10;

  /** The longest that may be asked for. */
  public static final int MAX_BYTES = 64 << 20;

  private static final int MAX_CHOSEN_BYTES = 16 << 20;
  private static final int ENOUGH_PIECES = 2048;

  private PieceLength() {}

  /**
   * The shortest power of two from 16 KiB to 16 MiB that makes at most 2,048 pieces; 16 MiB for
   * what is larger than 32 GiB.
   */
  public static int forTotal(long totalBytes) {
    int length = MIN_BYTES;
    while (length < MAX_CHOSEN_BYTES && totalBytes > (long) length * ENOUGH_PIECES) {
      length <<= 1;
    }
    return length;
  }

  /** Whether somebody may ask for it: a power of two from 16 KiB to 64 MiB. */
  public static boolean isAllowed(long bytes) {
    return bytes >= MIN_BYTES && bytes <= MAX_BYTES && Long.bitCount(bytes) == 1;
  }
}
