package dev.skep.tracker.persistence;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A wrapper that shows whether bytes are still those that were saved: the store below keeps no
 * checksums, and would hand out a damaged array as if it were whole.
 *
 * <p>Layout: magic (4 bytes), kind (1), version (1), two zeros, length of the content (4), CRC-32C
 * (4), content. The checksum covers the 12 bytes before it, the subject, which stands elsewhere,
 * and the content: so whole bytes in the wrong place are found out too.
 */
final class Seal {
  private static final int MAGIC = 0x534B4550; // "SKEP"
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 16;

  /** The subject of what there is one of. */
  static final byte[] NO_SUBJECT = {};

  private Seal() {}

  /** What the content is, so that one thing cannot pass for another. */
  enum Kind {
    TORRENT(1),
    METAINFO(2),
    SWARM(3),
    COMPLETED(4),
    ACCESS(5),
    MARK(6);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }
  }

  /** Seals what {@code subject} is about; subject is not kept. */
  static byte[] close(Kind kind, byte[] subject, byte[] content) {
    var sealed = ByteBuffer.allocate(HEADER_BYTES + content.length);
    sealed.putInt(MAGIC).put(kind.code).put(VERSION).putShort((short) 0);
    sealed.putInt(content.length);
    sealed.putInt(checksum(sealed.array(), subject, content));
    return sealed.put(content).array();
  }

  /**
   * The content of what {@link #close} made.
   *
   * @throws DamagedException if it is anything else
   */
  static byte[] open(Kind kind, byte[] subject, byte[] sealed) throws DamagedException {
    if (sealed.length < HEADER_BYTES) {
      throw new DamagedException(kind + " of " + sealed.length + " bytes");
    }
    var header = ByteBuffer.wrap(sealed);
    boolean ours =
        header.getInt() == MAGIC
            && header.get() == kind.code
            && header.get() == VERSION
            && header.getShort() == 0
            && header.getInt() == sealed.length - HEADER_BYTES;
    byte[] content = Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
    if (!ours || header.getInt() != checksum(sealed, subject, content)) {
      throw new DamagedException(kind + " with a broken seal");
    }
    return content;
  }

  private static int checksum(byte[] header, byte[] subject, byte[] content) {
    var crc = new CRC32C();
    crc.update(header, 0, HEADER_BYTES - Integer.BYTES);
    crc.update(subject);
    crc.update(content);
    return (int) crc.getValue();
  }
}
