package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Walks the parameters of a raw query without taking memory. Values hold any bytes, percent-encoded
 * as the client likes: all, some or none of them, in either case, {@code +} for a space.
 */
final class Query {
  private final byte[] in;
  private final int end;
  private int next;
  private int keyStart;
  private int keyEnd;
  private int at;
  private int valueEnd;

  /** Scratch of one decoded 20-byte value. */
  private long high;

  private long middle;
  private int low;

  Query(byte[] in, int from, int to) {
    this.in = in;
    this.next = from;
    this.end = to;
  }

  static Query of(String raw) {
    byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
    return new Query(bytes, 0, bytes.length);
  }

  /** Goes to the next parameter; false at the end. */
  boolean next() {
    if (next >= end) {
      return false;
    }
    keyStart = next;
    int i = next;
    while (i < end && in[i] != '&' && in[i] != '=') {
      i++;
    }
    keyEnd = i;
    at = i < end && in[i] == '=' ? i + 1 : i;
    while (i < end && in[i] != '&') {
      i++;
    }
    valueEnd = i;
    next = i + 1;
    return true;
  }

  /** Whether the parameter is called so. */
  boolean is(String key) {
    if (keyEnd - keyStart != key.length()) {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (in[keyStart + i] != key.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Length of the key: a quick way to tell keys apart. */
  int keyLength() {
    return keyEnd - keyStart;
  }

  /** Whether the value is exactly this ASCII text. */
  boolean valueIs(String text) {
    if (valueEnd - at != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (in[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  InfoHash infoHash() throws TrackerProtocolException {
    twentyBytes("info_hash");
    return new InfoHash(high, middle, low);
  }

  PeerId peerId() throws TrackerProtocolException {
    twentyBytes("peer_id");
    return new PeerId(high, middle, low);
  }

  private void twentyBytes(String name) throws TrackerProtocolException {
    high = bytes(8, name);
    middle = bytes(8, name);
    low = (int) bytes(4, name);
    if (at != valueEnd) {
      throw new TrackerProtocolException(name + " is not 20 bytes long");
    }
  }

  private long bytes(int count, String name) throws TrackerProtocolException {
    long value = 0;
    for (int i = 0; i < count; i++) {
      if (at == valueEnd) {
        throw new TrackerProtocolException(name + " is not 20 bytes long");
      }
      value = value << 8 | nextByte();
    }
    return value;
  }

  private int nextByte() throws TrackerProtocolException {
    byte b = in[at++];
    if (b == '+') {
      return ' ';
    }
    if (b != '%') {
      return b & 0xff;
    }
    if (valueEnd - at < 2) {
      throw new TrackerProtocolException("malformed percent-encoding");
    }
    int value = digit(in[at]) << 4 | digit(in[at + 1]);
    at += 2;
    return value;
  }

  private static int digit(byte b) throws TrackerProtocolException {
    int digit = Character.digit(b, 16);
    if (digit < 0) {
      throw new TrackerProtocolException("malformed percent-encoding");
    }
    return digit;
  }

  /** A decimal number; more than a long holds counts as the largest, a negative one as -1. */
  long number(String name) throws TrackerProtocolException {
    boolean negative = at < valueEnd && in[at] == '-';
    int i = negative ? at + 1 : at;
    if (i == valueEnd) {
      throw new TrackerProtocolException(name + " is no number");
    }
    long value = 0;
    for (; i < valueEnd; i++) {
      int digit = in[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new TrackerProtocolException(name + " is no number");
      }
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return negative ? -1 : value;
  }

  /**
   * Up to eight hexadecimal digits as that number, anything else as a hash of it: only equality
   * counts.
   */
  int key() {
    int value = 0;
    int hash = 0;
    boolean hex = valueEnd - at <= 8;
    for (int i = at; i < valueEnd; i++) {
      int digit = Character.digit(in[i], 16);
      hex &= digit >= 0;
      value = value << 4 | digit;
      hash = 31 * hash + in[i];
    }
    return hex ? value : hash;
  }

  /** The decoded value as text, at most so many bytes long. */
  String text(int maxBytes) throws TrackerProtocolException {
    byte[] bytes = new byte[Math.min(maxBytes, valueEnd - at)];
    int length = 0;
    while (at < valueEnd) {
      if (length == maxBytes) {
        throw new TrackerProtocolException("a value is longer than " + maxBytes + " bytes");
      }
      bytes[length++] = (byte) nextByte();
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The value as an address literal; empty if it is something else, such as a host name. */
  Optional<InetAddress> address() throws TrackerProtocolException {
    return Addresses.literal(text(100));
  }
}
