package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file's Merkle tree from one of its layers up to the root (BEP 52), to prove parts of that layer
 * to others. Takes twice the layer's memory. Immutable.
 */
public final class MerkleTree {
  private final int baseLayer;
  private final List<byte[]> layers = new ArrayList<>(); // nodes that do not lie beyond the end
  private final List<byte[]> beyond = new ArrayList<>(); // for each layer the node of those

  /**
   * Hashes all that is above a layer.
   *
   * @param layer its nodes, at least one, but those beyond the file's end
   * @param baseLayer how many layers above the leaves that is
   * @throws IllegalArgumentException if that is no layer
   */
  public static MerkleTree of(byte[] layer, int baseLayer) {
    if (layer.length == 0 || layer.length % Sha256.BYTES != 0) {
      throw new IllegalArgumentException(layer.length + " bytes of hashes");
    }
    return new MerkleTree(layer.clone(), baseLayer);
  }

  private MerkleTree(byte[] layer, int baseLayer) {
    this.baseLayer = baseLayer;
    layers.add(layer);
    beyond.add(Merkle.padding(baseLayer).toBytes());
    MessageDigest sha256 = Merkle.sha256();
    while (layers.getLast().length > Sha256.BYTES) {
      byte[] below = layers.getLast();
      byte[] pad = beyond.getLast();
      int count = below.length / Sha256.BYTES;
      byte[] above = new byte[(count + 1) / 2 * Sha256.BYTES];
      for (int i = 0; i < count; i += 2) {
        sha256.update(below, i * Sha256.BYTES, Sha256.BYTES);
        boolean hasSibling = i + 1 < count;
        sha256.update(
            hasSibling ? below : pad, hasSibling ? (i + 1) * Sha256.BYTES : 0, Sha256.BYTES);
        System.arraycopy(sha256.digest(), 0, above, i / 2 * Sha256.BYTES, Sha256.BYTES);
      }
      layers.add(above);
      sha256.update(pad);
      beyond.add(sha256.digest(pad));
    }
  }

  /** The file's root. */
  public Sha256 root() {
    return Sha256.of(layers.getLast());
  }

  /** What it takes in memory. */
  public long bytes() {
    return layers.stream().mapToLong(layer -> layer.length).sum();
  }

  /**
   * What a {@code hashes} message answers: a range of a layer, then the uncles towards the root, as
   * far as they are not themselves above the range alone.
   *
   * @param layer counted from the leaves; the lowest that this has, no other
   * @param index the first node, a multiple of the length
   * @param length a power of two
   * @param proofLayers how many layers above to prove, counted from the layer's parents
   * @return empty if that is no part of this tree
   */
  public Optional<byte[]> prove(int layer, int index, int length, int proofLayers) {
    int height = layers.size() - 1;
    if (layer != baseLayer
        || Integer.bitCount(length) != 1
        || index < 0
        || index % length != 0
        || (long) index + length > 1L << height) {
      return Optional.empty();
    }
    int last = Math.min(proofLayers, height - 1);
    int first = Integer.numberOfTrailingZeros(length);
    byte[] all = new byte[(length + Math.max(0, last - first + 1)) * Sha256.BYTES];
    for (int i = 0; i < length; i++) {
      copy(0, index + i, all, i);
    }
    for (int above = first; above <= last; above++) {
      copy(above, (index >>> above) ^ 1, all, length + above - first);
    }
    return Optional.of(all);
  }

  private void copy(int above, int index, byte[] to, int at) {
    byte[] nodes = layers.get(above);
    boolean there = (long) index * Sha256.BYTES < nodes.length;
    System.arraycopy(
        there ? nodes : beyond.get(above),
        there ? index * Sha256.BYTES : 0,
        to,
        at * Sha256.BYTES,
        Sha256.BYTES);
  }
}
