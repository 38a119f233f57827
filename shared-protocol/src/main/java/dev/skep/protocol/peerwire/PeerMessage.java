package dev.skep.protocol.peerwire;

import dev.skep.protocol.BlockRef;
import java.util.Arrays;

/** A message between two peers after their handshakes. Numbers are never negative. */
public sealed interface PeerMessage {
  // Messages without content: one object each, so that decoding takes no memory.
  KeepAlive KEEP_ALIVE = new KeepAlive();
  Choke CHOKE = new Choke();
  Unchoke UNCHOKE = new Unchoke();
  Interested INTERESTED = new Interested();
  NotInterested NOT_INTERESTED = new NotInterested();
  HaveAll HAVE_ALL = new HaveAll();
  HaveNone HAVE_NONE = new HaveNone();

  /** Nothing, so that the connection stays open. */
  record KeepAlive() implements PeerMessage {}

  /** The sender will not answer requests. */
  record Choke() implements PeerMessage {}

  /** The sender will answer requests. */
  record Unchoke() implements PeerMessage {}

  /** The receiver has pieces that the sender wants. */
  record Interested() implements PeerMessage {}

  /** The receiver has no pieces that the sender wants. */
  record NotInterested() implements PeerMessage {}

  /** The sender has one piece more. */
  record Have(int piece) implements PeerMessage {}

  /**
   * The pieces that the sender has, first message only; {@link Bitfield#parse} reads it. The array
   * is not copied.
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by content; a copy per message would only cost
  record Bits(byte[] bits) implements PeerMessage {
    @Override
    public boolean equals(Object o) {
      return o instanceof Bits(byte[] other) && Arrays.equals(bits, other);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bits);
    }

    @Override
    public String toString() {
      return "Bits[" + bits.length + " bytes]";
    }
  }

  /** The sender wants a block. */
  record Request(BlockRef block) implements PeerMessage {}

  /**
   * The header of a block; its body of so many bytes follows and is the caller's to read or write.
   */
  record Piece(int piece, int offset, int lengthBytes) implements PeerMessage {
    public BlockRef block() {
      return new BlockRef(piece, offset, lengthBytes);
    }
  }

  /** The sender wants a block no longer. */
  record Cancel(BlockRef block) implements PeerMessage {}

  /** The UDP port of the sender's DHT node (BEP 5). */
  record Port(int port) implements PeerMessage {}

  /** The receiver might want this piece (BEP 6). */
  record Suggest(int piece) implements PeerMessage {}

  /** The sender has all pieces (BEP 6). */
  record HaveAll() implements PeerMessage {}

  /** The sender has no piece (BEP 6). */
  record HaveNone() implements PeerMessage {}

  /** The sender will not answer a request (BEP 6). */
  record Reject(BlockRef block) implements PeerMessage {}

  /** The receiver may request this piece even while choked (BEP 6). */
  record AllowedFast(int piece) implements PeerMessage {}

  /**
   * A message of an extension (BEP 10). The array is not copied.
   *
   * @param id 0 for the extension handshake, else what the receiver's handshake named, up to 255
   * @param payload see {@link ExtensionHandshake}, {@link MetadataMessage}, {@link PexMessage},
   *     {@link DontHave}
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by content; a copy per message would only cost
  record Extended(int id, byte[] payload) implements PeerMessage {
    @Override
    public boolean equals(Object o) {
      return o instanceof Extended(int otherId, byte[] other)
          && id == otherId
          && Arrays.equals(payload, other);
    }

    @Override
    public int hashCode() {
      return 31 * id + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
      return "Extended[" + id + ", " + payload.length + " bytes]";
    }
  }

  /** The sender wants nodes of a Merkle tree (BEP 52). */
  record HashRequest(HashRange range) implements PeerMessage {}

  /**
   * Nodes of a Merkle tree (BEP 52). The array is not copied.
   *
   * @param hashes a multiple of 32 bytes: the range's nodes, then uncles towards the root
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by content; a copy per message would only cost
  record Hashes(HashRange range, byte[] hashes) implements PeerMessage {
    @Override
    public boolean equals(Object o) {
      return o instanceof Hashes(HashRange otherRange, byte[] other)
          && range.equals(otherRange)
          && Arrays.equals(hashes, other);
    }

    @Override
    public int hashCode() {
      return 31 * range.hashCode() + Arrays.hashCode(hashes);
    }

    @Override
    public String toString() {
      return "Hashes[" + range + ", " + hashes.length + " bytes]";
    }
  }

  /** The sender will not answer a hash request (BEP 52). */
  record HashReject(HashRange range) implements PeerMessage {}

  /**
   * A message that nobody here knows; its body of so many bytes follows and is the caller's to
   * skip.
   */
  record Unknown(int id, int lengthBytes) implements PeerMessage {}
}
