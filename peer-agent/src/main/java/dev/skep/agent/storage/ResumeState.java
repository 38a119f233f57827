package dev.skep.agent.storage;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is remembered of one torrent from one run to the next.
 *
 * @param verified the pieces that were verified and written
 * @param files size and time stamp of each file at that time, in the torrent's order
 * @param uploadedBytes payload sent over all runs
 * @param downloadedBytes payload received over all runs
 */
public record ResumeState(
    InfoHash infoHash,
    Bitfield verified,
    List<Stamp> files,
    long uploadedBytes,
    long downloadedBytes) {

  /** A state that cannot be trusted. */
  public static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  /**
   * What a file looked like; {@link #ABSENT} if there was none.
   *
   * @param modifiedNanos its time stamp in nanoseconds since 1970
   */
  public record Stamp(long sizeBytes, long modifiedNanos) {
    public static final Stamp ABSENT = new Stamp(-1, 0);
  }

  private static final byte[] MAGIC = "SKEPRES1".getBytes(StandardCharsets.US_ASCII);
  private static final int FIXED_BYTES = MAGIC.length + InfoHash.BYTES + 8 + 8 + 4 + 4;

  /** Magic, info-hash, totals, piece and file counts, bits, stamps, and a CRC-32C of all that. */
  public byte[] encode() {
    byte[] bits = verified.toBytes();
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_BYTES + bits.length + files.size() * 16 + Integer.BYTES);
    out.put(MAGIC);
    infoHash.write(out);
    out.putLong(uploadedBytes).putLong(downloadedBytes);
    out.putInt(verified.size()).putInt(files.size()).put(bits);
    for (Stamp file : files) {
      out.putLong(file.sizeBytes()).putLong(file.modifiedNanos());
    }
    out.putInt(crc(out.array(), out.position()));
    return out.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws DamagedException if a byte is missing, wrong, or of another torrent
   */
  public static ResumeState decode(byte[] bytes, InfoHash infoHash, int pieces, int files)
      throws DamagedException {
    int bitBytes = (pieces + 7) / 8;
    long length = FIXED_BYTES + bitBytes + files * 16L + Integer.BYTES;
    if (bytes.length != length || !startsWithMagic(bytes)) {
      throw new DamagedException("not a resume state of this torrent");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(bytes.length - Integer.BYTES) != crc(bytes, bytes.length - Integer.BYTES)) {
      throw new DamagedException("its checksum is wrong");
    }
    in.position(MAGIC.length);
    InfoHash found = InfoHash.read(in);
    long up = in.getLong();
    long down = in.getLong();
    if (!found.equals(infoHash) || in.getInt() != pieces || in.getInt() != files) {
      throw new DamagedException("it belongs to another torrent");
    }
    byte[] bits = new byte[bitBytes];
    in.get(bits);
    List<Stamp> stamps = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      stamps.add(new Stamp(in.getLong(), in.getLong()));
    }
    return new ResumeState(infoHash, bitfield(bits, pieces), List.copyOf(stamps), up, down);
  }

  private static Bitfield bitfield(byte[] bits, int pieces) throws DamagedException {
    try {
      return Bitfield.parse(bits, pieces);
    } catch (ProtocolException e) {
      throw new DamagedException("its bits are wrong");
    }
  }

  private static boolean startsWithMagic(byte[] bytes) {
    return Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
