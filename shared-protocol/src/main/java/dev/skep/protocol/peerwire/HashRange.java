package dev.skep.protocol.peerwire;

import dev.skep.protocol.Sha256;

/**
 * Which nodes of a file's Merkle tree are meant (BEP 52).
 *
 * @param piecesRoot the file, by the root of its tree
 * @param baseLayer the lowest layer, counted from the leaves, which are 0
 * @param index the first node of that layer; a multiple of the length
 * @param length how many nodes; a power of two, 2 to 512
 * @param proofLayers how many layers above, whose uncle nodes prove the others
 */
public record HashRange(Sha256 piecesRoot, int baseLayer, int index, int length, int proofLayers) {
  /** Most nodes that one message carries. */
  public static final int MAX_LENGTH = 512;

  /** A tree cannot be higher: its leaves are 16 KiB. */
  public static final int MAX_LAYERS = 50;

  /**
   * Refuses what BEP 52 does not allow.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public HashRange {
    if (!isValid(baseLayer, index, length, proofLayers)) {
      throw new IllegalArgumentException(
          "hashes %d+%d of layer %d with %d proof layers"
              .formatted(index, length, baseLayer, proofLayers));
    }
  }

  static boolean isValid(int baseLayer, int index, int length, int proofLayers) {
    return baseLayer >= 0
        && baseLayer <= MAX_LAYERS
        && length >= 2
        && length <= MAX_LENGTH
        && Integer.bitCount(length) == 1
        && index >= 0
        && index % length == 0
        && proofLayers >= 0
        && proofLayers <= MAX_LAYERS;
  }
}
