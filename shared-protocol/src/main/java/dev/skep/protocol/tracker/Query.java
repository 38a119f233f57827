package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Walks the parameters of a raw query without taking memory. Keys and values hold any bytes,
 * percent-encoded as the client likes (RFC 3986): all, some or none of them, in either case, {@code
 * +} for a space. They are decoded byte by byte as they are read.
 */
final class Query {
  private final byte[] in;
  private final int end;
  private int next;
  private int keyStart;
  private int keyEnd;
  private boolean keyEncoded;
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
    boolean encoded = false;
    int i = next;
    while (i < end && in[i] != '&' && in[i] != '=') {
      encoded |= in[i] == '%';
      i++;
    }
    keyEncoded = encoded;
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
      return keyEncoded && isEncoded(key, keyStart, keyEnd);
    }
    for (int i = 0; i < key.length(); i++) {
      if (in[keyStart + i] != key.charAt(i)) {
        return false; // an encoded key is longer than what it stands for
      }
    }
    return true;
  }

  /** Whether the value is exactly this ASCII text. */
  boolean valueIs(String text) {
    // What is encoded is longer than what it stands for.
    return valueEnd - at >= text.length() && isEncoded(text, at, valueEnd);
  }

  /** Whether what is encoded between two places is this ASCII text; never if it is malformed. */
  private boolean isEncoded(String text, int from, int to) {
    int i = from;
    for (int c = 0; c < text.length(); c++) {
      if (i == to) {
        return false;
      }
      int b = in[i++];
      if (b == '%') {
        b = to - i < 2 ? -1 : Character.digit(in[i], 16) << 4 | Character.digit(in[i + 1], 16);
        i += 2;
      }
      if (b != text.charAt(c)) {
        return false;
      }
    }
    return i == to;
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
    high = packed(8, name);
    middle = packed(8, name);
    low = (int) packed(4, name);
    if (at != valueEnd) {
      throw new TrackerProtocolException(name + " is not 20 bytes long");
    }
  }

  private long packed(int count, String name) throws TrackerProtocolException {
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

  /** Whether there is nothing behind the key. */
  boolean isEmpty() {
    return at == valueEnd;
  }

  /** A decimal number; more than a long holds counts as the largest, a negative one as -1. */
  long number(String name) throws TrackerProtocolException {
    int first = isEmpty() ? -1 : nextByte();
    boolean negative = first == '-';
    long value = negative ? 0 : digit(first, name);
    if (negative && isEmpty()) {
      throw new TrackerProtocolException(name + " is no number");
    }
    while (!isEmpty()) {
      int digit = digit(nextByte(), name);
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return negative ? -1 : value;
  }

  private static int digit(int character, String name) throws TrackerProtocolException {
    int digit = character - '0';
    if (digit < 0 || digit > 9) {
      throw new TrackerProtocolException(name + " is no number");
    }
    return digit;
  }

  /**
   * Up to eight hexadecimal digits as that number, anything else as a hash of it: only equality
   * counts.
   */
  int key() throws TrackerProtocolException {
    int value = 0;
    int hash = 0;
    int length = 0;
    boolean hex = true;
    while (!isEmpty()) {
      int character = nextByte();
      int digit = Character.digit(character, 16);
      hex &= digit >= 0 && ++length <= 8;
      value = value << 4 | digit;
      hash = 31 * hash + character;
    }
    return hex ? value : hash;
  }

  /** The decoded value, at most so many bytes long. */
  BString bytes(int maxBytes) throws TrackerProtocolException {
    byte[] bytes = new byte[Math.min(maxBytes, valueEnd - at)];
    int length = 0;
    while (at < valueEnd) {
      if (length == maxBytes) {
        throw new TrackerProtocolException("a value is longer than " + maxBytes + " bytes");
      }
      bytes[length++] = (byte) nextByte();
    }
    return BString.of(Arrays.copyOf(bytes, length));
  }

  /** The value as an address literal; empty if it is something else, such as a host name. */
  Optional<InetAddress> address() throws TrackerProtocolException {
    return Addresses.literal(bytes(100).text());
  }
}
