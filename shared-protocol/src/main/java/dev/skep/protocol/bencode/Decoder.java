package dev.skep.protocol.bencode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** One pass over the input. Values wait on one stack until their container ends. */
final class Decoder {
  private static final int KEY_SLOTS = 64;

  private final byte[] in;
  private final DecodeOptions options;
  private int at;
  private int depth;
  private int values;
  private BValue[] stack = new BValue[16];
  private int top;
  // The same few keys stand in every file's dictionary: one object each.
  private final BString[] knownKeys = new BString[KEY_SLOTS];

  Decoder(byte[] in, DecodeOptions options) {
    this.in = in;
    this.options = options;
    Arrays.fill(knownKeys, BString.EMPTY);
  }

  BValue decodeAll() throws BencodeException {
    BValue value = decodePrefix();
    if (at != in.length && !options.lenient()) {
      throw new BencodeException(at, (in.length - at) + " bytes after the end of the value");
    }
    return value;
  }

  BValue decodePrefix() throws BencodeException {
    if (in.length > options.maxBytes()) {
      throw new BencodeException(
          options.maxBytes(), "input is longer than the limit of " + options.maxBytes() + " bytes");
    }
    return value();
  }

  private BValue value() throws BencodeException {
    count();
    return switch (peek()) {
      case 'i' -> integer();
      case 'l' -> list();
      case 'd' -> dictionary();
      case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> string();
      default -> throw new BencodeException(at, "no value begins with " + shown(in[at]));
    };
  }

  private BInteger integer() throws BencodeException {
    at++;
    int start = at;
    boolean negative = peek() == '-';
    if (negative) {
      at++;
    }
    int firstDigit = at;
    // Counted downwards, since the most negative number has no positive twin.
    long value = 0;
    while (isDigit(peek())) {
      int digit = in[at] - '0';
      if (value < (Long.MIN_VALUE + digit) / 10) {
        throw new BencodeException(start, "number exceeds 64 bits");
      }
      value = value * 10 - digit;
      at++;
    }
    if (at == firstDigit) {
      throw new BencodeException(at, "number without digits");
    }
    if (in[firstDigit] == '0' && (negative || at > firstDigit + 1)) {
      throw new BencodeException(start, negative ? "negative zero" : "leading zero in a number");
    }
    if (in[at] != 'e') {
      throw new BencodeException(at, "number ends with " + shown(in[at]) + " instead of 'e'");
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw new BencodeException(start, "number exceeds 64 bits");
    }
    at++;
    return new BInteger(negative ? value : -value);
  }

  private BString string() throws BencodeException {
    int length = stringLength();
    BString value = length == 0 ? BString.EMPTY : new BString(in, at, length);
    at += length;
    return value;
  }

  /** Reads the length and colon, and checks that so many bytes are there. */
  private int stringLength() throws BencodeException {
    int start = at;
    long length = 0;
    while (isDigit(peek())) {
      length = length * 10 + (in[at] - '0');
      if (length > in.length) {
        throw new BencodeException(start, "string is longer than the rest of the input");
      }
      at++;
    }
    if (at == start) {
      throw new BencodeException(at, "expected a string, found " + shown(in[at]));
    }
    if (in[start] == '0' && at > start + 1) {
      throw new BencodeException(start, "leading zero in a string's length");
    }
    if (in[at] != ':') {
      throw new BencodeException(
          at, "string's length ends with " + shown(in[at]) + " instead of ':'");
    }
    at++;
    if (length > in.length - at) {
      throw new BencodeException(start, "string is longer than the rest of the input");
    }
    return (int) length;
  }

  private BList list() throws BencodeException {
    int start = enter();
    int base = top;
    while (peek() != 'e') {
      push(value());
    }
    leave();
    if (top == base) {
      return BList.EMPTY;
    }
    return new BList(popFrom(base), in, start, at);
  }

  private BDictionary dictionary() throws BencodeException {
    int start = enter();
    int base = top;
    boolean sorted = true;
    BString previous = null;
    while (peek() != 'e') {
      int keyAt = at;
      count();
      BString key = key();
      int order = previous == null ? -1 : previous.compareTo(key);
      if (order == 0) {
        throw new BencodeException(keyAt, "key \"" + key + "\" stands twice");
      }
      if (order > 0 && !options.lenient()) {
        throw new BencodeException(keyAt, "key \"" + key + "\" is out of order");
      }
      sorted &= order < 0;
      previous = key;
      push(key);
      push(value());
    }
    leave();
    if (top == base) {
      return BDictionary.EMPTY;
    }
    BValue[] pairs = popFrom(base);
    return sorted ? ordered(pairs, start, true) : sorted(pairs, start);
  }

  private BDictionary ordered(BValue[] pairs, int start, boolean cameInOrder) {
    BString[] keys = new BString[pairs.length / 2];
    BValue[] content = new BValue[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (BString) pairs[2 * i];
      content[i] = pairs[2 * i + 1];
    }
    return new BDictionary(keys, content, in, start, at, cameInOrder);
  }

  private BDictionary sorted(BValue[] pairs, int start) throws BencodeException {
    int[] order =
        IntStream.range(0, pairs.length / 2)
            .boxed()
            .sorted(Comparator.comparing(i -> (BString) pairs[2 * i]))
            .mapToInt(Integer::intValue)
            .toArray();
    BValue[] inOrder = new BValue[pairs.length];
    for (int i = 0; i < order.length; i++) {
      inOrder[2 * i] = pairs[2 * order[i]];
      inOrder[2 * i + 1] = pairs[2 * order[i] + 1];
      if (i > 0 && inOrder[2 * i].equals(inOrder[2 * i - 2])) {
        throw new BencodeException(
            start, "key \"" + inOrder[2 * i] + "\" stands twice in the dictionary");
      }
    }
    return ordered(inOrder, start, false);
  }

  private BString key() throws BencodeException {
    int length = stringLength();
    int from = at;
    at += length;
    if (length == 0) {
      return BString.EMPTY;
    }
    int slot = (31 * length + in[from] + 7 * in[from + length - 1]) & (KEY_SLOTS - 1);
    if (!knownKeys[slot].isAt(in, from, length)) {
      knownKeys[slot] = new BString(in, from, length);
    }
    return knownKeys[slot];
  }

  private int enter() throws BencodeException {
    if (++depth > options.maxDepth()) {
      throw new BencodeException(
          at, "nested deeper than the limit of " + options.maxDepth() + " levels");
    }
    return at++;
  }

  private void leave() {
    depth--;
    at++;
  }

  private void count() throws BencodeException {
    if (++values > options.maxValues()) {
      throw new BencodeException(at, "more values than the limit of " + options.maxValues());
    }
  }

  private byte peek() throws BencodeException {
    if (at >= in.length) {
      throw new BencodeException(at, "input ends within a value");
    }
    return in[at];
  }

  private void push(BValue value) {
    if (top == stack.length) {
      stack = Arrays.copyOf(stack, 2 * top);
    }
    stack[top++] = value;
  }

  private BValue[] popFrom(int base) {
    BValue[] popped = Arrays.copyOfRange(stack, base, top);
    top = base;
    return popped;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static String shown(byte b) {
    return b > 0x20 && b < 0x7f ? "'" + (char) b + "'" : "byte 0x%02x".formatted(b & 0xff);
  }
}
