package dev.skep.tracker.http;

import dev.skep.protocol.InfoHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Bytes of an answer in the making: bencode (BEP 3) written straight into a growing array. */
final class BencodeBuffer {
  private byte[] bytes;
  private int length;

  BencodeBuffer(int expectedBytes) {
    bytes = new byte[expectedBytes];
  }

  /** Writes ASCII as it stands: structure, and keys with their lengths. */
  BencodeBuffer raw(String ascii) {
    int end = reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[end + i] = (byte) ascii.charAt(i);
    }
    return this;
  }

  BencodeBuffer number(long value) {
    return raw("i").raw(Long.toString(value)).raw("e");
  }

  BencodeBuffer string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return string(utf8, utf8.length);
  }

  BencodeBuffer string(byte[] from, int count) {
    raw(Integer.toString(count)).raw(":");
    System.arraycopy(from, 0, bytes, reserve(count), count);
    return this;
  }

  BencodeBuffer string(InfoHash infoHash) {
    return string(infoHash.toBytes(), InfoHash.BYTES);
  }

  /** The same bytes, compressed. */
  byte[] compressed() {
    var into = new ByteArrayOutputStream(length / 2);
    try (OutputStream out = new GZIPOutputStream(into)) {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return into.toByteArray();
  }

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  byte[] array() {
    return bytes;
  }

  private int reserve(int more) {
    int start = length;
    length += more;
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, length + (length >> 1));
    }
    return start;
  }
}
