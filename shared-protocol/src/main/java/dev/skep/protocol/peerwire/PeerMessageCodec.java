package dev.skep.protocol.peerwire;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Sha256;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages to bytes and back (BEP 3, 6, 10, 52). Each is a length of four bytes, an id and a body.
 * Buffers must be in big-endian order, as new ones are. A length that the type does not allow is
 * refused before the body has come.
 */
public final class PeerMessageCodec {
  /** Length, id, piece and offset: what stands before a block's body. */
  public static final int PIECE_HEADER_BYTES = 13;

  private static final int LENGTH_BYTES = 4;
  private static final int HASH_RANGE_BYTES = Sha256.BYTES + 16;
  private static final int MAX_HASHES_BYTES =
      (HashRange.MAX_LENGTH + HashRange.MAX_LAYERS) * Sha256.BYTES;

  private static final int CHOKE = 0;
  private static final int UNCHOKE = 1;
  private static final int INTERESTED = 2;
  private static final int NOT_INTERESTED = 3;
  private static final int HAVE = 4;
  private static final int BITFIELD = 5;
  private static final int REQUEST = 6;
  private static final int PIECE = 7;
  private static final int CANCEL = 8;
  private static final int PORT = 9;
  private static final int SUGGEST = 13;
  private static final int HAVE_ALL = 14;
  private static final int HAVE_NONE = 15;
  private static final int REJECT = 16;
  private static final int ALLOWED_FAST = 17;
  private static final int EXTENDED = 20;
  private static final int HASH_REQUEST = 21;
  private static final int HASHES = 22;
  private static final int HASH_REJECT = 23;

  private PeerMessageCodec() {}

  /**
   * Takes the next message from a buffer. Null, with the position untouched, while it is
   * incomplete: {@link #bytesNeeded} says how much must be there. Of {@link PeerMessage.Piece} and
   * {@link PeerMessage.Unknown} only the header is taken.
   *
   * @throws ProtocolException if the message is malformed or exceeds a limit
   */
  public static @Nullable PeerMessage decode(ByteBuffer in, WireLimits limits)
      throws ProtocolException {
    int needed = bytesNeeded(in, limits);
    if (in.remaining() < needed) {
      return null;
    }
    int length = in.getInt();
    if (length == 0) {
      return PeerMessage.KEEP_ALIVE;
    }
    return body(in, in.get() & 0xff, length - 1, limits);
  }

  /**
   * How many bytes must be in the buffer for {@link #decode} to return the next message, as far as
   * can be told: 4, then 5, then all. Never more than the longest message allowed.
   *
   * @throws ProtocolException if the length is more than the message's type allows
   */
  public static int bytesNeeded(ByteBuffer in, WireLimits limits) throws ProtocolException {
    if (in.remaining() < LENGTH_BYTES) {
      return LENGTH_BYTES;
    }
    int length = in.getInt(in.position());
    if (length == 0) {
      return LENGTH_BYTES;
    }
    if (length < 0) {
      throw new ProtocolException("message of " + Integer.toUnsignedString(length) + " bytes");
    }
    if (in.remaining() == LENGTH_BYTES) {
      return LENGTH_BYTES + 1;
    }
    int id = in.get(in.position() + LENGTH_BYTES) & 0xff;
    checkLength(id, length - 1, limits);
    return switch (id) {
      case PIECE -> PIECE_HEADER_BYTES;
      default -> isKnown(id) ? LENGTH_BYTES + length : LENGTH_BYTES + 1;
    };
  }

  private static void checkLength(int id, int body, WireLimits limits) throws ProtocolException {
    boolean allowed =
        switch (id) {
          case CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE_ALL, HAVE_NONE -> body == 0;
          case HAVE, SUGGEST, ALLOWED_FAST -> body == 4;
          case BITFIELD -> body <= limits.maxBitfieldBytes();
          case REQUEST, CANCEL, REJECT -> body == 12;
          case PIECE -> body >= 8 && body - 8 <= limits.maxBlockBytes();
          case PORT -> body == 2;
          case EXTENDED -> body >= 1 && body - 1 <= limits.maxExtendedBytes();
          case HASH_REQUEST, HASH_REJECT -> body == HASH_RANGE_BYTES;
          case HASHES ->
              body >= HASH_RANGE_BYTES
                  && body - HASH_RANGE_BYTES <= MAX_HASHES_BYTES
                  && (body - HASH_RANGE_BYTES) % Sha256.BYTES == 0;
          default -> body <= limits.maxUnknownBytes();
        };
    if (!allowed) {
      throw new ProtocolException("message " + id + " with a body of " + body + " bytes");
    }
  }

  private static boolean isKnown(int id) {
    return id <= PORT
        || (id >= SUGGEST && id <= ALLOWED_FAST)
        || (id >= EXTENDED && id <= HASH_REJECT);
  }

  private static PeerMessage body(ByteBuffer in, int id, int length, WireLimits limits)
      throws ProtocolException {
    return switch (id) {
      case CHOKE -> PeerMessage.CHOKE;
      case UNCHOKE -> PeerMessage.UNCHOKE;
      case INTERESTED -> PeerMessage.INTERESTED;
      case NOT_INTERESTED -> PeerMessage.NOT_INTERESTED;
      case HAVE -> new PeerMessage.Have(piece(in, limits));
      case BITFIELD -> new PeerMessage.Bits(bytes(in, length));
      case REQUEST -> new PeerMessage.Request(block(in, limits));
      case PIECE -> new PeerMessage.Piece(piece(in, limits), offset(in), length - 8);
      case CANCEL -> new PeerMessage.Cancel(block(in, limits));
      case PORT -> new PeerMessage.Port(in.getShort() & 0xffff);
      case SUGGEST -> new PeerMessage.Suggest(piece(in, limits));
      case HAVE_ALL -> PeerMessage.HAVE_ALL;
      case HAVE_NONE -> PeerMessage.HAVE_NONE;
      case REJECT -> new PeerMessage.Reject(block(in, limits));
      case ALLOWED_FAST -> new PeerMessage.AllowedFast(piece(in, limits));
      case EXTENDED -> new PeerMessage.Extended(in.get() & 0xff, bytes(in, length - 1));
      case HASH_REQUEST -> new PeerMessage.HashRequest(hashRange(in));
      case HASHES -> new PeerMessage.Hashes(hashRange(in), bytes(in, length - HASH_RANGE_BYTES));
      case HASH_REJECT -> new PeerMessage.HashReject(hashRange(in));
      default -> new PeerMessage.Unknown(id, length);
    };
  }

  private static int piece(ByteBuffer in, WireLimits limits) throws ProtocolException {
    int piece = in.getInt();
    if (piece < 0 || piece >= limits.pieceCount()) {
      throw new ProtocolException(
          "piece " + Integer.toUnsignedString(piece) + " of " + limits.pieceCount());
    }
    return piece;
  }

  private static int offset(ByteBuffer in) throws ProtocolException {
    int offset = in.getInt();
    if (offset < 0) {
      throw new ProtocolException("offset " + Integer.toUnsignedString(offset) + " in a piece");
    }
    return offset;
  }

  private static BlockRef block(ByteBuffer in, WireLimits limits) throws ProtocolException {
    int piece = piece(in, limits);
    int offset = offset(in);
    int length = in.getInt();
    if (length < 0 || length > limits.maxBlockBytes()) {
      throw new ProtocolException("block of " + Integer.toUnsignedString(length) + " bytes");
    }
    return new BlockRef(piece, offset, length);
  }

  private static HashRange hashRange(ByteBuffer in) throws ProtocolException {
    Sha256 root = Sha256.read(in);
    int baseLayer = in.getInt();
    int index = in.getInt();
    int length = in.getInt();
    int proofLayers = in.getInt();
    if (!HashRange.isValid(baseLayer, index, length, proofLayers)) {
      throw new ProtocolException("hashes of an impossible range");
    }
    return new HashRange(root, baseLayer, index, length, proofLayers);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** How many bytes {@link #encode} writes; for {@link PeerMessage.Piece} without the body. */
  public static int encodedLength(PeerMessage message) {
    return switch (message) {
      case PeerMessage.KeepAlive _ -> 4;
      case PeerMessage.Choke _,
          PeerMessage.Unchoke _,
          PeerMessage.Interested _,
          PeerMessage.NotInterested _,
          PeerMessage.HaveAll _,
          PeerMessage.HaveNone _,
          PeerMessage.Unknown _ ->
          5;
      case PeerMessage.Port _ -> 7;
      case PeerMessage.Have _, PeerMessage.Suggest _, PeerMessage.AllowedFast _ -> 9;
      case PeerMessage.Piece _ -> PIECE_HEADER_BYTES;
      case PeerMessage.Request _, PeerMessage.Cancel _, PeerMessage.Reject _ -> 17;
      case PeerMessage.HashRequest _, PeerMessage.HashReject _ -> 5 + HASH_RANGE_BYTES;
      case PeerMessage.Bits m -> 5 + m.bits().length;
      case PeerMessage.Extended m -> 6 + m.payload().length;
      case PeerMessage.Hashes m -> 5 + HASH_RANGE_BYTES + m.hashes().length;
    };
  }

  /**
   * Writes a message; of {@link PeerMessage.Piece} and {@link PeerMessage.Unknown} the header,
   * after which the caller writes the body.
   *
   * @throws java.nio.BufferOverflowException if fewer than {@link #encodedLength} bytes remain
   */
  public static void encode(PeerMessage message, ByteBuffer out) {
    switch (message) {
      case PeerMessage.KeepAlive _ -> out.putInt(0);
      case PeerMessage.Choke _ -> header(CHOKE, 0, out);
      case PeerMessage.Unchoke _ -> header(UNCHOKE, 0, out);
      case PeerMessage.Interested _ -> header(INTERESTED, 0, out);
      case PeerMessage.NotInterested _ -> header(NOT_INTERESTED, 0, out);
      case PeerMessage.Have m -> header(HAVE, 4, out).putInt(m.piece());
      case PeerMessage.Bits m -> header(BITFIELD, m.bits().length, out).put(m.bits());
      case PeerMessage.Request m -> encodeBlock(REQUEST, m.block(), out);
      case PeerMessage.Piece m -> encodePieceHeader(m.piece(), m.offset(), m.lengthBytes(), out);
      case PeerMessage.Cancel m -> encodeBlock(CANCEL, m.block(), out);
      case PeerMessage.Port m -> header(PORT, 2, out).putShort((short) m.port());
      case PeerMessage.Suggest m -> header(SUGGEST, 4, out).putInt(m.piece());
      case PeerMessage.HaveAll _ -> header(HAVE_ALL, 0, out);
      case PeerMessage.HaveNone _ -> header(HAVE_NONE, 0, out);
      case PeerMessage.Reject m -> encodeBlock(REJECT, m.block(), out);
      case PeerMessage.AllowedFast m -> header(ALLOWED_FAST, 4, out).putInt(m.piece());
      case PeerMessage.Extended m ->
          header(EXTENDED, 1 + m.payload().length, out).put((byte) m.id()).put(m.payload());
      case PeerMessage.HashRequest m -> encodeRange(HASH_REQUEST, m.range(), 0, out);
      case PeerMessage.Hashes m ->
          encodeRange(HASHES, m.range(), m.hashes().length, out).put(m.hashes());
      case PeerMessage.HashReject m -> encodeRange(HASH_REJECT, m.range(), 0, out);
      case PeerMessage.Unknown m -> header(m.id(), m.lengthBytes(), out);
    }
  }

  /** Writes what stands before a block's body: 13 bytes. */
  public static void encodePieceHeader(int piece, int offset, int lengthBytes, ByteBuffer out) {
    header(PIECE, 8 + lengthBytes, out).putInt(piece).putInt(offset);
  }

  private static ByteBuffer header(int id, int bodyLength, ByteBuffer out) {
    return out.putInt(1 + bodyLength).put((byte) id);
  }

  private static void encodeBlock(int id, BlockRef block, ByteBuffer out) {
    header(id, 12, out).putInt(block.piece()).putInt(block.offset()).putInt(block.lengthBytes());
  }

  private static ByteBuffer encodeRange(int id, HashRange range, int more, ByteBuffer out) {
    header(id, HASH_RANGE_BYTES + more, out);
    range.piecesRoot().write(out);
    return out.putInt(range.baseLayer())
        .putInt(range.index())
        .putInt(range.length())
        .putInt(range.proofLayers());
  }
}
