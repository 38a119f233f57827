package dev.skep.protocol.bencode;

/**
 * How much to accept. Every limit is checked before memory is taken.
 *
 * @param lenient accept what real torrents get wrong: dictionary keys out of order, bytes after the
 *     value
 * @param maxBytes longest input, at least 1
 * @param maxDepth deepest nesting of lists and dictionaries, 1 to 500
 * @param maxValues most values and keys together, at least 1; each costs about 40 bytes of memory
 *     at most
 */
public record DecodeOptions(boolean lenient, int maxBytes, int maxDepth, int maxValues) {
  /** Canonical bencode only: 64 MiB, 100 levels, 1,000,000 values. */
  public static final DecodeOptions STRICT = new DecodeOptions(false, 64 << 20, 100, 1_000_000);

  /** For torrents as found in the wild; six values describe a file, so 330,000 files have room. */
  public static final DecodeOptions LENIENT = new DecodeOptions(true, 64 << 20, 100, 2_000_000);

  /**
   * Refuses limits that make no sense.
   *
   * @throws IllegalArgumentException if a limit is out of its range
   */
  public DecodeOptions {
    if (maxBytes < 1 || maxDepth < 1 || maxDepth > 500 || maxValues < 1) {
      throw new IllegalArgumentException(
          "limits: %d bytes, %d levels, %d values".formatted(maxBytes, maxDepth, maxValues));
    }
  }

  /** The same with other limits, for a message that is known to be small. */
  public DecodeOptions limitedTo(int bytes, int values) {
    return new DecodeOptions(lenient, bytes, maxDepth, values);
  }
}
