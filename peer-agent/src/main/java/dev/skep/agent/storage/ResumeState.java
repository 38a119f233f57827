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
 * @param files whose each file is and what it looked like at that time, in the torrent's order
 * @param parts the same of the file with parts of files that are not selected
 * @param uploadedBytes payload sent over all runs
 * @param downloadedBytes payload received over all runs
 */
record ResumeState(
    InfoHash infoHash,
    Bitfield verified,
    List<DataFile.Memory> files,
    DataFile.Memory parts,
    long uploadedBytes,
    long downloadedBytes) {

  /** A state that cannot be trusted. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  private static final byte[] MAGIC = "SKEPRES2".getBytes(StandardCharsets.US_ASCII);
  private static final int FILE_BYTES = 1 + 4 * Long.BYTES;
  private static final int OURS = 1;
  private static final int FILLED = 2;
  private static final int FIXED_BYTES = MAGIC.length + InfoHash.BYTES + 8 + 8 + 4 + 4;

  /** Magic, info-hash, totals, piece and file counts, bits, files, and a CRC-32C of all that. */
  public byte[] encode() {
    byte[] bits = verified.toBytes();
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(encodedBytes(bits.length, files.size())));
    out.put(MAGIC);
    infoHash.write(out);
    out.putLong(uploadedBytes).putLong(downloadedBytes);
    out.putInt(verified.size()).putInt(files.size()).put(bits);
    files.forEach(file -> put(file, out));
    put(parts, out);
    out.putInt(crc(out.array(), out.position()));
    return out.array();
  }

  private static long encodedBytes(int bitBytes, int files) {
    return FIXED_BYTES + bitBytes + (files + 1L) * FILE_BYTES + Integer.BYTES;
  }

  private static void put(DataFile.Memory file, ByteBuffer out) {
    Stamp stamp = file.stamp();
    out.put((byte) ((file.ours() ? OURS : 0) | (file.filled() ? FILLED : 0)));
    out.putLong(stamp.sizeBytes()).putLong(stamp.modifiedNanos());
    out.putLong(stamp.inode()).putLong(stamp.bornNanos());
  }

  private static DataFile.Memory get(ByteBuffer in) {
    int flags = in.get();
    Stamp stamp = new Stamp(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    return new DataFile.Memory((flags & OURS) != 0, (flags & FILLED) != 0, stamp);
  }

  /** The same without these pieces. */
  ResumeState without(Bitfield pieces) {
    Bitfield left = verified.copy();
    for (int p = pieces.nextSet(0); p >= 0; p = pieces.nextSet(p + 1)) {
      left.clear(p);
    }
    return new ResumeState(infoHash, left, files, parts, uploadedBytes, downloadedBytes);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws DamagedException if a byte is missing, wrong, or of another torrent
   */
  public static ResumeState decode(byte[] bytes, InfoHash infoHash, int pieces, int files)
      throws DamagedException {
    int bitBytes = (pieces + 7) / 8;
    if (bytes.length != encodedBytes(bitBytes, files) || !startsWithMagic(bytes)) {
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
    List<DataFile.Memory> all = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      all.add(get(in));
    }
    return new ResumeState(infoHash, bitfield(bits, pieces), List.copyOf(all), get(in), up, down);
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
