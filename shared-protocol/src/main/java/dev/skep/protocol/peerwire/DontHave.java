package dev.skep.protocol.peerwire;

import java.nio.ByteBuffer;

/**
 * The only message of {@code lt_donthave}: the sender lost a piece that it had (BEP 54).
 *
 * @param piece 0 or more
 */
public record DontHave(int piece) {
  /**
   * Reads a payload.
   *
   * @throws ProtocolException if it is not 4 bytes or names no piece
   */
  public static DontHave decode(byte[] payload) throws ProtocolException {
    if (payload.length != 4 || payload[0] < 0) {
      throw new ProtocolException("lt_donthave of " + payload.length + " bytes");
    }
    return new DontHave(ByteBuffer.wrap(payload).getInt());
  }

  /** The payload. */
  public byte[] encode() {
    return ByteBuffer.allocate(4).putInt(piece).array();
  }
}
