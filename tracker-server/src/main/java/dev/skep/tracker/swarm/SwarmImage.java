package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.rows.FrozenFamily;
import dev.skep.tracker.swarm.rows.RowLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One swarm packed into bytes, to be saved or sent: header, rows of both families as they lie in
 * memory, marks of those who left lately if there are any (then it is of version 2), CRC.
 *
 * @param infoHash whose swarm it is
 * @param peers how many peers it holds
 * @param completed its completed downloads
 * @param bytes the image, about 16 bytes per IPv4 peer and 28 per IPv6 peer, behind the room that
 *     was asked for; only that may be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copied once already
public record SwarmImage(InfoHash infoHash, int peers, int completed, byte[] bytes) {
  private static final int MAGIC = 0x534b5357; // SKSW
  private static final byte VERSION = 1;
  private static final byte VERSION_WITH_MARKS = 2;

  /** Of a mark: address 16 · port 2 · second 4. */
  private static final int MARK_BYTES = 2 * Long.BYTES + Short.BYTES + Integer.BYTES;

  private static final int FAMILY_BYTES = 3 * Integer.BYTES;
  private static final int HEADER_BYTES =
      Integer.BYTES + 2 + InfoHash.BYTES + 2 * Integer.BYTES + 2 * FAMILY_BYTES;

  /**
   * Packs a swarm; needs no lock.
   *
   * @param room bytes to leave free before the image
   */
  static SwarmImage of(FrozenSwarm swarm, int room) {
    FrozenFamily v4 = swarm.ipv4();
    FrozenFamily v6 = swarm.ipv6();
    boolean marks = !swarm.departed().isEmpty();
    int marksBytes = marks ? Integer.BYTES + swarm.departed().size() * MARK_BYTES : 0;
    int rowsBytes = v4.bytes() + v6.bytes();
    byte[] bytes = new byte[room + HEADER_BYTES + rowsBytes + marksBytes + Integer.BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).position(room);
    out.putInt(MAGIC).put(marks ? VERSION_WITH_MARKS : VERSION);
    out.put((byte) (v4.keepsIds() ? 1 : 0));
    swarm.infoHash().write(out);
    out.putInt(swarm.completed()).putInt(swarm.frozenAt());
    for (FrozenFamily rows : List.of(v4, v6)) {
      out.putInt(rows.seeders()).putInt(rows.partialSeeds()).putInt(rows.size());
    }
    v4.writeTo(out);
    v6.writeTo(out);
    if (marks) {
      out.putInt(swarm.departed().size());
      swarm.departed().forEach((peer, at) -> writeMark(peer, at, out));
    }
    out.putInt(crc(bytes, room));
    return new SwarmImage(swarm.infoHash(), v4.size() + v6.size(), swarm.completed(), bytes);
  }

  private static void writeMark(PeerKey peer, int at, ByteBuffer out) {
    out.putLong(peer.address().high()).putLong(peer.address().low());
    out.putShort((short) peer.port()).putInt(at);
  }

  private static int crc(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - Integer.BYTES - from);
    return (int) crc.getValue();
  }

  /**
   * Checks an image.
   *
   * @throws IllegalArgumentException if the bytes are not an intact image of this swarm
   */
  static void check(InfoHash infoHash, byte[] bytes) {
    if (bytes.length < HEADER_BYTES + Integer.BYTES) {
      throw damaged(infoHash, "it is cut short");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt() != MAGIC) {
      throw damaged(infoHash, "it does not begin as one");
    }
    byte version = in.get();
    if (version != VERSION && version != VERSION_WITH_MARKS) {
      throw damaged(
          infoHash, "its version is " + version + ", not " + VERSION + " or " + VERSION_WITH_MARKS);
    }
    if (in.getInt(bytes.length - Integer.BYTES) != crc(bytes, 0)) {
      throw damaged(infoHash, "its checksum does not match");
    }
    boolean ids = in.get() != 0;
    if (!InfoHash.read(in).equals(infoHash)) {
      throw damaged(infoHash, "it belongs to another torrent");
    }
    in.position(in.position() + 2 * Integer.BYTES);
    long expectedBytes = HEADER_BYTES + Integer.BYTES;
    for (RowLayout layout : layouts(ids)) {
      int seeders = in.getInt();
      int partialSeeds = in.getInt();
      int size = in.getInt();
      if (seeders < 0 || partialSeeds < 0 || seeders > size - partialSeeds) {
        throw damaged(infoHash, "its counts make no sense");
      }
      expectedBytes += (long) size * layout.stride();
    }
    if (version == VERSION_WITH_MARKS) {
      int at = (int) Math.min(expectedBytes - Integer.BYTES, bytes.length - Integer.BYTES);
      expectedBytes += Integer.BYTES + Integer.toUnsignedLong(in.getInt(at)) * MARK_BYTES;
    }
    if (expectedBytes != bytes.length) {
      throw damaged(infoHash, "its length does not fit its counts");
    }
  }

  /** Hands what a checked image holds to {@code visitor}. */
  static void visit(byte[] bytes, RowVisitor visitor) {
    ByteBuffer in = ByteBuffer.wrap(bytes).position(Integer.BYTES);
    boolean marks = in.get() == VERSION_WITH_MARKS;
    boolean ids = in.get() != 0;
    in.position(in.position() + InfoHash.BYTES);
    visitor.header(in.getInt(), in.getInt());
    int offset = HEADER_BYTES;
    for (RowLayout layout : layouts(ids)) {
      int seeders = in.getInt();
      int partialSeeds = in.getInt();
      int size = in.getInt();
      visitor.family(layout, bytes, offset, seeders, partialSeeds, size);
      offset += size * layout.stride();
    }
    int left = marks ? in.position(offset).getInt() : 0;
    for (int i = 0; i < left; i++) {
      visitor.departed(in.getLong(), in.getLong(), Short.toUnsignedInt(in.getShort()), in.getInt());
    }
  }

  private static List<RowLayout> layouts(boolean ids) {
    return List.of(
        new RowLayout(Integer.BYTES, ids, false), new RowLayout(2 * Long.BYTES, ids, false));
  }

  /** Receives what an image holds. */
  interface RowVisitor {
    void header(int completed, int savedAt);

    void family(
        RowLayout layout, byte[] bytes, int offset, int seeders, int partialSeeds, int size);

    /** One that left at this second, by the same clock as {@code savedAt}. */
    void departed(long high, long low, int port, int at);
  }

  private static IllegalArgumentException damaged(InfoHash infoHash, String how) {
    return new IllegalArgumentException("the saved swarm of " + infoHash + " is damaged: " + how);
  }
}
