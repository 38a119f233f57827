package dev.skep.protocol.peerwire;

import dev.skep.protocol.bencode.BDictionary;
import java.util.Arrays;

/** A message of {@code ut_metadata}: the info dictionary in pieces of 16 KiB (BEP 9). */
public sealed interface MetadataMessage {
  /** Length of every piece but the last. */
  int PIECE_BYTES = 16 * 1024;

  /** How many pieces an info dictionary of this length has. */
  static int pieces(int totalBytes) {
    return Math.ceilDiv(totalBytes, PIECE_BYTES);
  }

  /** Which piece it is about, 0 or more. */
  int piece();

  /** The sender wants a piece. */
  record Request(int piece) implements MetadataMessage {}

  /**
   * A piece. The array is not copied.
   *
   * @param totalBytes length of the whole info dictionary
   * @param bytes 1 to 16 KiB
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by content; a copy per message would only cost
  record Data(int piece, long totalBytes, byte[] bytes) implements MetadataMessage {
    @Override
    public boolean equals(Object o) {
      return o instanceof Data(int otherPiece, long otherTotal, byte[] other)
          && piece == otherPiece
          && totalBytes == otherTotal
          && Arrays.equals(bytes, other);
    }

    @Override
    public int hashCode() {
      return 31 * piece + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Data[" + piece + ", " + bytes.length + " of " + totalBytes + " bytes]";
    }
  }

  /** The sender does not have the piece, or gives it no more. */
  record Reject(int piece) implements MetadataMessage {}

  /** A kind that nobody here knows; to be ignored. */
  record Unknown(int piece, long kind) implements MetadataMessage {}

  /**
   * Reads a payload.
   *
   * @throws ProtocolException if it is malformed
   */
  static MetadataMessage decode(byte[] payload) throws ProtocolException {
    BDictionary all = Payloads.dictionary(payload, "ut_metadata");
    long kind = all.integer("msg_type").orElse(-1);
    long piece = all.integer("piece").orElse(-1);
    if (kind < 0 || piece < 0 || piece > Integer.MAX_VALUE) {
      throw new ProtocolException("ut_metadata: kind " + kind + ", piece " + piece);
    }
    return switch (kind > 2 ? 3 : (int) kind) {
      case 0 -> new Request((int) piece);
      case 1 -> data((int) piece, all, payload);
      case 2 -> new Reject((int) piece);
      default -> new Unknown((int) piece, kind);
    };
  }

  private static Data data(int piece, BDictionary all, byte[] payload) throws ProtocolException {
    long total = all.integer("total_size").orElse(-1);
    byte[] bytes = Arrays.copyOfRange(payload, all.rawLength(), payload.length);
    long expected = Math.min(PIECE_BYTES, total - (long) piece * PIECE_BYTES);
    if (expected < 1 || bytes.length != expected) {
      throw new ProtocolException(
          "ut_metadata: piece " + piece + " of " + total + " bytes has " + bytes.length);
    }
    return new Data(piece, total, bytes);
  }

  /** The payload. */
  default byte[] encode() {
    return switch (this) {
      case Request m -> header(0, m.piece()).build().rawBytes();
      case Data m -> {
        byte[] head = header(1, m.piece()).put("total_size", m.totalBytes()).build().rawBytes();
        byte[] all = Arrays.copyOf(head, head.length + m.bytes().length);
        System.arraycopy(m.bytes(), 0, all, head.length, m.bytes().length);
        yield all;
      }
      case Reject m -> header(2, m.piece()).build().rawBytes();
      case Unknown m -> header(m.kind(), m.piece()).build().rawBytes();
    };
  }

  private static BDictionary.Builder header(long kind, int piece) {
    return BDictionary.builder().put("msg_type", kind).put("piece", piece);
  }
}
