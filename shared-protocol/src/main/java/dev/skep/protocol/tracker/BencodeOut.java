package dev.skep.protocol.tracker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes bencode straight into a buffer, without values in between. */
final class BencodeOut {
  private BencodeOut() {}

  /** A key with its length, ready to be written: {@code 8:interval}. */
  static byte[] key(String name) {
    return (name.length() + ":" + name).getBytes(StandardCharsets.US_ASCII);
  }

  static void integer(long value, ByteBuffer out) {
    out.put((byte) 'i');
    decimal(value, out);
    out.put((byte) 'e');
  }

  static void stringHeader(int length, ByteBuffer out) {
    decimal(length, out);
    out.put((byte) ':');
  }

  static void string(byte[] bytes, ByteBuffer out) {
    stringHeader(bytes.length, out);
    out.put(bytes);
  }

  static void string(String text, ByteBuffer out) {
    string(text.getBytes(StandardCharsets.UTF_8), out);
  }

  private static void decimal(long value, ByteBuffer out) {
    if (value < 0) {
      throw new IllegalArgumentException("no count is negative: " + value);
    }
    long unit = 1;
    while (value / unit >= 10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      out.put((byte) ('0' + value / unit % 10));
    }
  }
}
