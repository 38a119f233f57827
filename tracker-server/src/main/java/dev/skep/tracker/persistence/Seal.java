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

  private static final int LENGTH_AT = 8;

  /** The room that content must leave before it for its seal. */
  static final int ROOM = 16;

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
    MARK(6),
    TORRENT_FILE(7),
    ACCESS_FILE(8),
    HISTORY_FILE(9),
    ROLLOUT_FILE(10),
    HOSTS_FILE(11);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }
  }

  /** Seals what {@code subject} is about; subject is not kept. */
  static byte[] close(Kind kind, byte[] subject, byte[] content) {
    byte[] sealed = withRoom(content);
    closeInPlace(kind, subject, sealed);
    return sealed;
  }

  /** A copy of the content behind {@link #ROOM} bytes. */
  static byte[] withRoom(byte[] content) {
    byte[] roomy = new byte[ROOM + content.length];
    System.arraycopy(content, 0, roomy, ROOM, content.length);
    return roomy;
  }

  /** Seals what {@code subject} is about, in the {@link #ROOM} bytes before the content. */
  static void closeInPlace(Kind kind, byte[] subject, byte[] sealed) {
    var header = ByteBuffer.wrap(sealed);
    header.putInt(MAGIC).put(kind.code).put(VERSION).putShort((short) 0);
    header.putInt(sealed.length - ROOM);
    header.putInt(checksum(sealed, subject));
  }

  /**
   * The content of what {@link #close} made.
   *
   * @throws DamagedStoreException if it is anything else
   */
  static byte[] open(Kind kind, byte[] subject, byte[] sealed) throws DamagedStoreException {
    if (sealed.length < ROOM) {
      throw new DamagedStoreException(kind + " of " + sealed.length + " bytes");
    }
    var header = ByteBuffer.wrap(sealed);
    boolean ours =
        header.getInt() == MAGIC
            && header.get() == kind.code
            && header.get() == VERSION
            && header.getShort() == 0
            && header.getInt() == sealed.length - ROOM;
    if (!ours || header.getInt() != checksum(sealed, subject)) {
      throw new DamagedStoreException(kind + " with a broken seal");
    }
    return Arrays.copyOfRange(sealed, ROOM, sealed.length);
  }

  /**
   * The sealed content at the beginning of what was read, without what comes after it.
   *
   * @throws DamagedStoreException if it does not end in what was read
   */
  static byte[] cut(ByteBuffer start) throws DamagedStoreException {
    int contentBytes = start.remaining() < ROOM ? -1 : start.getInt(start.position() + LENGTH_AT);
    if (contentBytes < 0 || contentBytes > start.remaining() - ROOM) {
      throw new DamagedStoreException("a seal without its content");
    }
    byte[] sealed = new byte[ROOM + contentBytes];
    start.get(start.position(), sealed);
    return sealed;
  }

  private static int checksum(byte[] sealed, byte[] subject) {
    var crc = new CRC32C();
    crc.update(sealed, 0, ROOM - Integer.BYTES);
    crc.update(subject);
    crc.update(sealed, ROOM, sealed.length - ROOM);
    return (int) crc.getValue();
  }
}
