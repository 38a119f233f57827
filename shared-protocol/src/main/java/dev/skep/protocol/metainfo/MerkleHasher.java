package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.digest.Digests;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Takes the bytes of a piece, or of a file, and gives the root of their Merkle tree (BEP 52). Not
 * thread-safe.
 */
public final class MerkleHasher {
  private static final int FIRST_LEAVES = 64;

  private final MessageDigest sha256 = Digests.sha256();
  private byte[] leaves = new byte[0];
  private int leafCount;
  private int inBlock;

  /** Takes what remains in a buffer. */
  public void update(ByteBuffer data) {
    int end = data.limit();
    while (data.position() < end) {
      int part = Math.min(end - data.position(), PieceLayout.BLOCK_BYTES - inBlock);
      sha256.update(data.limit(data.position() + part));
      data.limit(end);
      inBlock += part;
      if (inBlock == PieceLayout.BLOCK_BYTES) {
        endBlock();
      }
    }
  }

  private void endBlock() {
    if ((leafCount + 1) * Sha256.BYTES > leaves.length) {
      leaves = Arrays.copyOf(leaves, Math.max(FIRST_LEAVES * Sha256.BYTES, 2 * leaves.length));
    }
    try {
      sha256.digest(leaves, leafCount * Sha256.BYTES, Sha256.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes hold a SHA-256", e);
    }
    leafCount++;
    inBlock = 0;
  }

  /**
   * The root over all bytes since the last call; then begins anew.
   *
   * @param leastLeaves the tree has as many leaves as a power of two needs, but no fewer than this
   *     power of two: those of a whole piece when the file has several, 1 when the piece is the
   *     whole file
   * @throws IllegalStateException if there were no bytes
   */
  public Sha256 root(int leastLeaves) {
    if (inBlock > 0) {
      endBlock();
    }
    if (leafCount == 0) {
      throw new IllegalStateException("an empty file has no Merkle tree");
    }
    byte[] layer = Arrays.copyOf(leaves, leafCount * Sha256.BYTES);
    int width = Math.max(leastLeaves, Merkle.widthOf(leafCount));
    leafCount = 0;
    return Merkle.root(layer, width, Sha256.ZERO);
  }
}
