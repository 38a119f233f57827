package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Generator;
import dev.skep.protocol.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MerkleTest {
  private static byte[] sha256(byte[]... parts) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  @Test
  void theTreeOverThreeBlocksHasAZeroLeaf() throws Exception {
    byte[] data = new Generator(1).bytes(2 * 16_384 + 5);
    byte[] a = sha256(Arrays.copyOfRange(data, 0, 16_384));
    byte[] b = sha256(Arrays.copyOfRange(data, 16_384, 32_768));
    byte[] c = sha256(Arrays.copyOfRange(data, 32_768, data.length));
    MerkleHasher hasher = new MerkleHasher();
    hasher.update(ByteBuffer.wrap(data, 0, 7));
    hasher.update(ByteBuffer.wrap(data, 7, data.length - 7));

    assertThat(hasher.root(1).toBytes()).isEqualTo(sha256(sha256(a, b), sha256(c, new byte[32])));
  }

  @Test
  void theRootOverPiecesIsTheRootOverBlocks() {
    for (int seed = 0; seed < 20; seed++) {
      Generator g = new Generator(seed);
      int pieceLength = 32_768 << g.below(2);
      byte[] data = g.bytes(pieceLength + 1 + g.below(300_000));
      MerkleHasher hasher = new MerkleHasher();
      hasher.update(ByteBuffer.wrap(data));
      Sha256 whole = hasher.root(1);
      byte[] layer = new byte[32 * ((data.length - 1) / pieceLength + 1)];
      for (int i = 0; i < layer.length / 32; i++) {
        int from = i * pieceLength;
        hasher.update(ByteBuffer.wrap(data, from, Math.min(pieceLength, data.length - from)));
        System.arraycopy(hasher.root(pieceLength / 16_384).toBytes(), 0, layer, 32 * i, 32);
      }

      assertThat(Merkle.fileRoot(layer, pieceLength)).as("seed %d", seed).isEqualTo(whole);
    }
  }

  @Test
  void aProofHoldsAndAnyFlippedBitBreaksIt() {
    for (int seed = 0; seed < 200; seed++) {
      Generator g = new Generator(seed);
      int nodes = 2 + g.below(100);
      byte[] layer = g.bytes(32 * nodes);
      int width = Merkle.widthOf(nodes);
      int layers = g.below(3);
      Sha256 root = Merkle.root(layer, width, Merkle.padding(layers));
      int length = 2 << g.below(Integer.numberOfTrailingZeros(width));
      int index = g.below(width / length) * length;
      MerkleTree tree = MerkleTree.of(layer, layers);
      byte[] proof = tree.prove(layers, index, length, 30).orElseThrow();

      assertThat(tree.root()).isEqualTo(root);
      assertThat(Merkle.proves(root, proof, index, length)).as("seed %d", seed).isTrue();
      proof[g.below(proof.length)] ^= (byte) (1 << g.below(8));
      assertThat(Merkle.proves(root, proof, index, length)).as("seed %d", seed).isFalse();
      assertThat(tree.prove(layers, width, length, 30)).isEmpty();
      assertThat(tree.prove(layers + 1, 0, length, 30)).isEmpty();
    }
  }
}
