package dev.skep.protocol.peerwire;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The 68 bytes that each side of a connection begins with (BEP 3).
 *
 * @param reserved what the sender can do
 * @param infoHash the torrent it is about
 * @param peerId who the sender says to be
 */
public record Handshake(Reserved reserved, InfoHash infoHash, PeerId peerId) {
  /** Length in bytes. */
  public static final int BYTES = 68;

  /** How many bytes are there once the info-hash is: enough for the accepting side to answer. */
  public static final int BYTES_TO_INFO_HASH = 48;

  private static final byte[] PROTOCOL =
      "\u0013BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);

  /** Writes 68 bytes. */
  public void encode(ByteBuffer out) {
    out.put(PROTOCOL).putLong(reserved.bits());
    infoHash.write(out);
    peerId.write(out);
  }

  /**
   * Reads a handshake; null, with the position untouched, while it is incomplete. The first wrong
   * byte is refused at once, however few have come.
   *
   * @throws ProtocolException if this is no BitTorrent handshake
   */
  public static @Nullable Handshake decode(ByteBuffer in) throws ProtocolException {
    checkPrefix(in);
    if (in.remaining() < BYTES) {
      return null;
    }
    in.position(in.position() + PROTOCOL.length);
    return new Handshake(new Reserved(in.getLong()), InfoHash.read(in), PeerId.read(in));
  }

  /**
   * The info-hash of a handshake that may still lack its peer id; null while even that is
   * incomplete. The position stays.
   *
   * @throws ProtocolException if this is no BitTorrent handshake
   */
  public static @Nullable InfoHash peekInfoHash(ByteBuffer in) throws ProtocolException {
    checkPrefix(in);
    return in.remaining() < BYTES_TO_INFO_HASH
        ? null
        : InfoHash.read(in.duplicate().position(in.position() + PROTOCOL.length + Long.BYTES));
  }

  private static void checkPrefix(ByteBuffer in) throws ProtocolException {
    int length = Math.min(PROTOCOL.length, in.remaining());
    for (int i = 0; i < length; i++) {
      if (in.get(in.position() + i) != PROTOCOL[i]) {
        throw new ProtocolException("not a BitTorrent handshake: byte " + i + " is wrong");
      }
    }
  }
}
