package dev.skep.protocol.metainfo;

import dev.skep.protocol.digest.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;

/**
 * Checks one piece after another: its SHA-1 (BEP 3), its Merkle node (BEP 52), or both in a hybrid
 * torrent. Not thread-safe; each thread takes its own.
 */
public final class PieceHasher {
  private final Metainfo torrent;
  private final Optional<PieceLayers> layers;
  private final boolean v1;
  private final MessageDigest sha1 = Digests.sha1();
  private final MerkleHasher merkle = new MerkleHasher();
  private int merkleBytes;
  private int piece = -1;

  PieceHasher(Metainfo torrent, Optional<PieceLayers> layers) {
    this.torrent = torrent;
    this.layers = layers.filter(PieceLayers::complete);
    this.v1 = torrent.infoHashV1().isPresent();
  }

  /**
   * Begins with a piece.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   * @throws IllegalStateException if the piece before was not ended
   */
  public void begin(int index) {
    if (piece != -1) {
      throw new IllegalStateException("piece " + piece + " is not ended");
    }
    Objects.checkIndex(index, torrent.layout().pieceCount());
    piece = index;
    merkleBytes = layers.isPresent() ? layers.get().fileBytes(index) : 0;
  }

  /** Takes what remains in a buffer: the next bytes of the piece, padding included. */
  public void update(ByteBuffer data) {
    if (merkleBytes > 0) {
      ByteBuffer part = data.duplicate();
      part.limit(part.position() + Math.min(part.remaining(), merkleBytes));
      merkleBytes -= part.remaining();
      merkle.update(part);
    }
    if (v1) {
      sha1.update(data);
    } else {
      data.position(data.limit());
    }
  }

  /** Ends the piece, which may lack bytes: whether all came and are right. */
  public boolean end() {
    int index = piece;
    piece = -1;
    boolean matches = v1 || layers.isPresent();
    if (v1) {
      matches = torrent.pieceMatches(index, sha1.digest());
    }
    if (layers.isPresent()) {
      boolean any = merkleBytes < layers.get().fileBytes(index);
      matches &=
          any
              && layers.get().matches(index, merkle.root(layers.get().leastLeaves(index)))
              && merkleBytes == 0;
    }
    return matches;
  }
}
