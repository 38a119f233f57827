package dev.skep.protocol;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A SHA-256 digest as a value: a node or the root of a file's Merkle tree (BEP 52).
 *
 * @param a the first 8 bytes, big-endian
 * @param b the next 8 bytes
 * @param c the next 8 bytes
 * @param d the last 8 bytes
 */
public record Sha256(long a, long b, long c, long d) {
  /** Length in bytes. */
  public static final int BYTES = 32;

  /** Every byte zero: the leaf beyond the end of a file. */
  public static final Sha256 ZERO = new Sha256(0, 0, 0, 0);

  /**
   * Reads exactly 32 bytes.
   *
   * @throws IllegalArgumentException if the array is not 32 bytes long
   */
  public static Sha256 of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("SHA-256 has 32 bytes, not " + bytes.length);
    }
    return of(bytes, 0);
  }

  /**
   * Reads 32 bytes at an offset.
   *
   * @throws IndexOutOfBoundsException if the array ends before
   */
  public static Sha256 of(byte[] bytes, int offset) {
    return new Sha256(
        BigEndian.longAt(bytes, offset),
        BigEndian.longAt(bytes, offset + 8),
        BigEndian.longAt(bytes, offset + 16),
        BigEndian.longAt(bytes, offset + 24));
  }

  /**
   * Reads 32 bytes at the buffer's position, which must be in big-endian order.
   *
   * @throws java.nio.BufferUnderflowException if fewer than 32 remain
   */
  public static Sha256 read(ByteBuffer in) {
    return new Sha256(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  /**
   * Reads 64 hexadecimal digits of either case.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Sha256 fromHex(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("SHA-256 has 64 hexadecimal digits, not " + hex.length());
    }
    return of(HexFormat.of().parseHex(hex));
  }

  /** Writes 32 bytes at the buffer's position. */
  public void write(ByteBuffer out) {
    out.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  /** Its 32 bytes, in a new array. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    BigEndian.putLong(bytes, 0, a);
    BigEndian.putLong(bytes, 8, b);
    BigEndian.putLong(bytes, 16, c);
    BigEndian.putLong(bytes, 24, d);
    return bytes;
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(toBytes());
  }

  @Override
  public String toString() {
    return hex();
  }
}
