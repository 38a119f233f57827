package dev.skep.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The 20 bytes by which a peer names itself in one session (BEP 3, BEP 20).
 *
 * <p>Held in three numbers, since a tracker keeps millions of them; ordered as its bytes are,
 * unsigned.
 *
 * @param high the first 8 bytes, big-endian
 * @param middle the next 8 bytes
 * @param low the last 4 bytes
 */
public record PeerId(long high, long middle, int low) implements Comparable<PeerId> {
  /** Length in bytes. */
  public static final int BYTES = 20;

  /**
   * Reads exactly 20 bytes.
   *
   * @throws IllegalArgumentException if the array is not 20 bytes long
   */
  public static PeerId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a peer id has 20 bytes, not " + bytes.length);
    }
    return of(bytes, 0);
  }

  /**
   * Reads 20 bytes at an offset.
   *
   * @throws IndexOutOfBoundsException if the array ends before
   */
  public static PeerId of(byte[] bytes, int offset) {
    return new PeerId(
        BigEndian.longAt(bytes, offset),
        BigEndian.longAt(bytes, offset + 8),
        BigEndian.intAt(bytes, offset + 16));
  }

  /**
   * Reads 20 bytes at the buffer's position, which must be in big-endian order (as every new buffer
   * is).
   *
   * @throws java.nio.BufferUnderflowException if fewer than 20 remain
   */
  public static PeerId read(ByteBuffer in) {
    return new PeerId(in.getLong(), in.getLong(), in.getInt());
  }

  /**
   * Reads 40 hexadecimal digits of either case.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static PeerId fromHex(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "a peer id has 40 hexadecimal digits, not " + hex.length());
    }
    return of(HexFormat.of().parseHex(hex));
  }

  /** Writes 20 bytes at the buffer's position. */
  public void write(ByteBuffer out) {
    out.putLong(high).putLong(middle).putInt(low);
  }

  /** Its 20 bytes, in a new array. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    BigEndian.putLong(bytes, 0, high);
    BigEndian.putLong(bytes, 8, middle);
    BigEndian.putInt(bytes, 16, low);
    return bytes;
  }

  /** 40 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().toHexDigits(high)
        + HexFormat.of().toHexDigits(middle)
        + HexFormat.of().toHexDigits(low);
  }

  /** For people: printable ASCII as it is, a dot for every other byte. */
  public String text() {
    byte[] bytes = toBytes();
    for (int i = 0; i < BYTES; i++) {
      if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
        bytes[i] = 0x2e; // negative bytes too
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /**
   * The program behind it, such as {@code qBittorrent 4.5.2}; empty when the id tells nothing (BEP
   * 20).
   */
  public Optional<String> client() {
    return ClientNames.of(this);
  }

  /**
   * The program that goes by two letters, as {@code TR} in {@code -TR4050-}; the letters themselves
   * where nobody is known by them.
   */
  public static String program(String letters) {
    return ClientNames.program(letters);
  }

  @Override
  public int compareTo(PeerId other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
  }

  @Override
  public String toString() {
    return text();
  }
}
