package dev.skep.protocol.bencode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** A string of any bytes: a view of the input, not a copy. Ordered by its bytes, unsigned. */
public final class BString implements BValue, Comparable<BString> {
  static final BString EMPTY = new BString(new byte[0], 0, 0);

  private final byte[] source;
  private final int offset;
  private final int length;

  BString(byte[] source, int offset, int length) {
    this.source = source;
    this.offset = offset;
    this.length = length;
  }

  /** Text as UTF-8. */
  public static BString of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Any bytes. The array is not copied: do not change it afterwards. */
  public static BString of(byte[] bytes) {
    return new BString(bytes, 0, bytes.length);
  }

  /** Length in bytes. */
  public int length() {
    return length;
  }

  /**
   * One byte.
   *
   * @throws IndexOutOfBoundsException if the index is not within the string
   */
  public byte byteAt(int index) {
    return source[offset + java.util.Objects.checkIndex(index, length)];
  }

  /** The content in a new array. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(source, offset, offset + length);
  }

  /** The content without a copy, read-only, big-endian. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(source, offset, length).slice().asReadOnlyBuffer();
  }

  /** Copies part of the content. */
  public void copyTo(int from, byte[] target, int at, int count) {
    java.util.Objects.checkFromIndexSize(from, count, length);
    System.arraycopy(source, offset + from, target, at, count);
  }

  /** Whether the bytes from an index on equal those of an array. */
  public boolean matches(int from, byte[] other) {
    return from >= 0
        && from <= length - other.length
        && Arrays.equals(
            source, offset + from, offset + from + other.length, other, 0, other.length);
  }

  /** Feeds part of the content to a digest. */
  public void update(MessageDigest digest, int from, int count) {
    java.util.Objects.checkFromIndexSize(from, count, length);
    digest.update(source, offset + from, count);
  }

  /** As text; bytes that are not UTF-8 become U+FFFD. */
  public String text() {
    return new String(source, offset, length, StandardCharsets.UTF_8);
  }

  /** As text, if it is UTF-8. */
  public Optional<String> utf8() {
    String text = text();
    if (text.indexOf('\uFFFD') < 0) {
      return Optional.of(text);
    }
    try { // the replacement character itself may stand in valid text
      CharBuffer strict =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source, offset, length));
      return Optional.of(strict.toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  @Override
  public byte[] rawBytes() {
    byte[] digits = Integer.toString(length).getBytes(StandardCharsets.US_ASCII);
    byte[] raw = Arrays.copyOf(digits, digits.length + 1 + length);
    raw[digits.length] = ':';
    System.arraycopy(source, offset, raw, digits.length + 1, length);
    return raw;
  }

  @Override
  public int rawLength() {
    return Integer.toString(length).length() + 1 + length;
  }

  @Override
  public void writeTo(ByteArrayOutputStream out) {
    out.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    out.write(':');
    out.write(source, offset, length);
  }

  boolean isAt(byte[] other, int at, int otherLength) {
    return Arrays.equals(source, offset, offset + length, other, at, at + otherLength);
  }

  int compareToAscii(String other) {
    int common = Math.min(length, other.length());
    for (int i = 0; i < common; i++) {
      int order = (source[offset + i] & 0xff) - other.charAt(i);
      if (order != 0) {
        return order;
      }
    }
    return length - other.length();
  }

  @Override
  public int compareTo(BString other) {
    return Arrays.compareUnsigned(
        source, offset, offset + length, other.source, other.offset, other.offset + other.length);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BString other && other.isAt(source, offset, length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + source[i];
    }
    return hash;
  }

  /** For people and logs: the first 100 bytes as text. */
  @Override
  public String toString() {
    String start = new String(source, offset, Math.min(length, 100), StandardCharsets.UTF_8);
    return length > 100 ? start + "… (" + length + " bytes)" : start;
  }
}
