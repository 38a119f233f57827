package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A file's Merkle tree (BEP 52): leaves are the SHA-256 of its blocks of 16 KiB, each node is that
 * of its two children, and leaves beyond the file's end are zero. A layer is its nodes one after
 * another, 32 bytes each; nodes that lie wholly beyond the end are left out.
 */
public final class Merkle {
  private Merkle() {}

  /** How many layers above the leaves the nodes are that cover one piece. */
  static int pieceLayer(int pieceLengthBytes) {
    return Integer.numberOfTrailingZeros(pieceLengthBytes / PieceLayout.BLOCK_BYTES);
  }

  /**
   * The node that every node so many layers above the leaves is, if it lies beyond the file's end.
   */
  static Sha256 padding(int layer) {
    MessageDigest sha256 = sha256();
    byte[] pair = new byte[2 * Sha256.BYTES];
    for (int i = 0; i < layer; i++) {
      byte[] node = sha256.digest(pair);
      System.arraycopy(node, 0, pair, 0, Sha256.BYTES);
      System.arraycopy(node, 0, pair, Sha256.BYTES, Sha256.BYTES);
    }
    return Sha256.of(pair, 0);
  }

  /**
   * The root over a layer.
   *
   * @param layer at least one node
   * @param width how many nodes the layer has with those beyond the file's end: a power of two, no
   *     less than are given
   * @param padding what those are
   * @throws IllegalArgumentException if the width does not fit
   */
  public static Sha256 root(byte[] layer, int width, Sha256 padding) {
    int count = layer.length / Sha256.BYTES;
    if (count < 1
        || layer.length % Sha256.BYTES != 0
        || width < count
        || Integer.bitCount(width) != 1) {
      throw new IllegalArgumentException(
          layer.length + " bytes of hashes in a tree " + width + " wide");
    }
    byte[] nodes = Arrays.copyOf(layer, layer.length + Sha256.BYTES);
    byte[] pad = Arrays.copyOf(padding.toBytes(), 2 * Sha256.BYTES);
    MessageDigest sha256 = sha256();
    for (int rest = width; rest > 1; rest /= 2) {
      if (count % 2 == 1) {
        System.arraycopy(pad, 0, nodes, count * Sha256.BYTES, Sha256.BYTES);
      }
      count = (count + 1) / 2;
      for (int i = 0; i < count; i++) {
        hashPair(sha256, nodes, 2 * i, i);
      }
      System.arraycopy(pad, 0, pad, Sha256.BYTES, Sha256.BYTES);
      hashPair(sha256, pad, 0, 0);
    }
    return Sha256.of(nodes, 0);
  }

  private static void hashPair(MessageDigest sha256, byte[] nodes, int from, int to) {
    sha256.update(nodes, from * Sha256.BYTES, 2 * Sha256.BYTES);
    try {
      sha256.digest(nodes, to * Sha256.BYTES, Sha256.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes hold a SHA-256", e);
    }
  }

  /**
   * The root of a file from the nodes that cover its pieces.
   *
   * @param pieceLayer one node for each piece; for a file of one piece its root
   * @param pieceLengthBytes a power of two, 16 KiB or more
   */
  public static Sha256 fileRoot(byte[] pieceLayer, int pieceLengthBytes) {
    int pieces = pieceLayer.length / Sha256.BYTES;
    return root(pieceLayer, widthOf(pieces), padding(pieceLayer(pieceLengthBytes)));
  }

  /** The power of two that so many nodes need, 1 to 2^30. */
  static int widthOf(int nodes) {
    return nodes <= 1 ? 1 : Integer.highestOneBit(nodes - 1) << 1;
  }

  /**
   * Whether hashes that a peer sent belong to the tree with this root: the root over the range,
   * hashed with each uncle in turn, must be it.
   *
   * @param hashes a range of nodes, then uncles up to the root
   * @param index the first node, a multiple of the length
   * @param length how many nodes, a power of two
   */
  public static boolean proves(Sha256 root, byte[] hashes, int index, int length) {
    if (hashes.length % Sha256.BYTES != 0 || hashes.length / Sha256.BYTES < length) {
      return false;
    }
    byte[] pair = new byte[2 * Sha256.BYTES];
    byte[] node = root(Arrays.copyOf(hashes, length * Sha256.BYTES), length, Sha256.ZERO).toBytes();
    int at = index / length;
    MessageDigest sha256 = sha256();
    for (int i = length * Sha256.BYTES; i < hashes.length; i += Sha256.BYTES) {
      System.arraycopy(node, 0, pair, (at & 1) * Sha256.BYTES, Sha256.BYTES);
      System.arraycopy(hashes, i, pair, (~at & 1) * Sha256.BYTES, Sha256.BYTES);
      node = sha256.digest(pair);
      at >>>= 1;
    }
    return at == 0 && Sha256.of(node).equals(root);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
