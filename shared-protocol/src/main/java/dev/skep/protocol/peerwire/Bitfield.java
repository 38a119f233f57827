package dev.skep.protocol.peerwire;

import java.util.Arrays;
import java.util.Objects;

/** Which pieces somebody has (BEP 3). Mutable, not thread-safe. */
public final class Bitfield {
  private final int size;

  /** Bit i stands in word i / 64, highest bit first, as on the wire. */
  private final long[] words;

  private int cardinality;

  /**
   * None of so many pieces.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public Bitfield(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("a bitfield of " + size + " pieces");
    }
    this.size = size;
    this.words = new long[(int) ((size + 63L) / 64)];
  }

  private Bitfield(Bitfield other) {
    size = other.size;
    words = other.words.clone();
    cardinality = other.cardinality;
  }

  /** All of so many pieces. */
  public static Bitfield full(int size) {
    Bitfield all = new Bitfield(size);
    all.setAll();
    return all;
  }

  /**
   * From its form on the wire.
   *
   * @throws ProtocolException if the length is wrong or a spare bit at the end is set
   */
  public static Bitfield parse(byte[] bytes, int size) throws ProtocolException {
    if (bytes.length != byteLength(size)) {
      throw new ProtocolException(
          "bitfield of " + bytes.length + " bytes; " + size + " pieces need " + byteLength(size));
    }
    int spare = 8 * bytes.length - size;
    if (spare > 0 && (bytes[bytes.length - 1] & ((1 << spare) - 1)) != 0) {
      throw new ProtocolException("bitfield has spare bits set");
    }
    Bitfield parsed = new Bitfield(size);
    for (int i = 0; i < bytes.length; i++) {
      parsed.words[i / 8] |= (bytes[i] & 0xffL) << (56 - 8 * (i % 8));
    }
    for (long word : parsed.words) {
      parsed.cardinality += Long.bitCount(word);
    }
    return parsed;
  }

  /** Length on the wire. */
  public static int byteLength(int size) {
    return (int) ((size + 7L) / 8);
  }

  /** How many pieces there are. */
  public int size() {
    return size;
  }

  /**
   * Whether the piece is there.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public boolean get(int index) {
    return (words[Objects.checkIndex(index, size) >>> 6] & bit(index)) != 0;
  }

  /**
   * Adds a piece; whether it was missing before.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public boolean set(int index) {
    if (get(index)) {
      return false;
    }
    words[index >>> 6] |= bit(index);
    cardinality++;
    return true;
  }

  /**
   * Removes a piece; whether it was there before.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public boolean clear(int index) {
    if (!get(index)) {
      return false;
    }
    words[index >>> 6] &= ~bit(index);
    cardinality--;
    return true;
  }

  public void setAll() {
    Arrays.fill(words, -1L);
    if (size % 64 != 0) {
      words[words.length - 1] = -1L << (64 - size % 64);
    }
    cardinality = size;
  }

  /** How many pieces are there. */
  public int cardinality() {
    return cardinality;
  }

  public boolean isFull() {
    return cardinality == size;
  }

  public boolean isEmpty() {
    return cardinality == 0;
  }

  /** The first piece at or after an index (0 or more) that is there; -1 if none is. */
  public int nextSet(int from) {
    return next(from, 0L);
  }

  /** The first piece at or after an index (0 or more) that is missing; -1 if none is. */
  public int nextClear(int from) {
    return next(from, -1L);
  }

  private int next(int from, long flip) {
    if (from >= size) {
      return -1;
    }
    int word = from >>> 6;
    long bits = (words[word] ^ flip) & (-1L >>> (from & 63));
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = words[word] ^ flip;
    }
    int found = (word << 6) + Long.numberOfLeadingZeros(bits);
    return found < size ? found : -1;
  }

  /**
   * Whether the other has a piece that is missing here.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public boolean lacksAnyOf(Bitfield other) {
    if (other.size != size) {
      throw new IllegalArgumentException("bitfields of " + size + " and " + other.size + " pieces");
    }
    for (int i = 0; i < words.length; i++) {
      if ((other.words[i] & ~words[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Its form on the wire. */
  public byte[] toBytes() {
    byte[] bytes = new byte[byteLength(size)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (words[i / 8] >>> (56 - 8 * (i % 8)));
    }
    return bytes;
  }

  public Bitfield copy() {
    return new Bitfield(this);
  }

  private static long bit(int index) {
    return Long.MIN_VALUE >>> (index & 63);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Bitfield other && size == other.size && Arrays.equals(words, other.words);
  }

  @Override
  public int hashCode() {
    return 31 * size + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return cardinality + " of " + size + " pieces";
  }
}
