package dev.skep.agent.library;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A dictionary as a file of ours: eight bytes that name what it is and its version, a CRC-32C of
 * the rest, then the dictionary. Keys that nobody knows are left out of account, so a version
 * changes only when what is there means something else.
 */
final class Sealed {
  private static final int HEAD_BYTES = 8 + Integer.BYTES;

  private Sealed() {}

  /**
   * The bytes of a file.
   *
   * @param magic seven letters and a digit
   */
  static byte[] seal(String magic, BDictionary content) {
    byte[] body = Bencode.encode(content);
    return ByteBuffer.allocate(HEAD_BYTES + body.length)
        .put(magic.getBytes(US_ASCII))
        .putInt(crc(body))
        .put(body)
        .array();
  }

  /**
   * Reads what {@link #seal} made.
   *
   * @throws DamagedRecord if a byte is missing or wrong, or it is something else
   */
  static BDictionary open(String magic, byte[] bytes) throws DamagedRecord {
    byte[] name = magic.getBytes(US_ASCII);
    int kind = name.length - 1;
    if (bytes.length < HEAD_BYTES || !Arrays.equals(bytes, 0, kind, name, 0, kind)) {
      throw new DamagedRecord("it is no file of skep's, or was cut");
    }
    if (bytes[kind] != name[kind]) {
      throw new DamagedRecord("another version of skep wrote it");
    }
    byte[] body = Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length);
    if (ByteBuffer.wrap(bytes).getInt(name.length) != crc(body)) {
      throw new DamagedRecord("its checksum is wrong");
    }
    try {
      if (Bencode.decode(body) instanceof BDictionary content) {
        return content;
      }
    } catch (BencodeException e) {
      throw new DamagedRecord(String.valueOf(e.getMessage()));
    }
    throw new DamagedRecord("it is no dictionary");
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
