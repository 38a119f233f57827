package dev.skep.protocol.bencode;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A dictionary; its keys are in order of their bytes, whatever order they came in. */
public final class BDictionary implements BValue {
  static final BDictionary EMPTY =
      new BDictionary(new BString[0], new BValue[0], new byte[] {'d', 'e'}, 0, 2, true);

  private final BString[] keys;
  private final BValue[] values;
  private final byte[] source;
  private final int start;
  private final int end;
  private final boolean cameInOrder;

  BDictionary(
      BString[] sortedKeys,
      BValue[] values,
      byte[] source,
      int start,
      int end,
      boolean cameInOrder) {
    this.cameInOrder = cameInOrder;
    this.keys = sortedKeys;
    this.values = values;
    this.source = source;
    this.start = start;
    this.end = end;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that begins with everything that stands here. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    for (int i = 0; i < keys.length; i++) {
      builder.put(keys[i], values[i]);
    }
    return builder;
  }

  public int size() {
    return keys.length;
  }

  /** Whether the keys came in order, too. */
  public boolean cameInOrder() {
    return cameInOrder;
  }

  /** The keys in order. */
  public List<BString> keys() {
    return List.of(keys);
  }

  /**
   * The key at an index in order.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public BString key(int index) {
    return keys[index];
  }

  /**
   * The value of the key at an index.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public BValue value(int index) {
    return values[index];
  }

  /** The value of an ASCII key. */
  public Optional<BValue> get(String key) {
    return Optional.ofNullable(find(key));
  }

  /** The value of any key. */
  public Optional<BValue> get(BString key) {
    int at = Arrays.binarySearch(keys, key);
    return at < 0 ? Optional.empty() : Optional.of(values[at]);
  }

  /** The string under an ASCII key; empty when absent or of another type. */
  public Optional<BString> string(String key) {
    return find(key) instanceof BString s ? Optional.of(s) : Optional.empty();
  }

  /** The number under an ASCII key; empty when absent or of another type. */
  public OptionalLong integer(String key) {
    return find(key) instanceof BInteger(long n) ? OptionalLong.of(n) : OptionalLong.empty();
  }

  /** The list under an ASCII key; empty when absent or of another type. */
  public Optional<BList> list(String key) {
    return find(key) instanceof BList l ? Optional.of(l) : Optional.empty();
  }

  /** The dictionary under an ASCII key; empty when absent or of another type. */
  public Optional<BDictionary> dictionary(String key) {
    return find(key) instanceof BDictionary d ? Optional.of(d) : Optional.empty();
  }

  private @Nullable BValue find(String key) {
    int low = 0;
    int high = keys.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = keys[middle].compareToAscii(key);
      if (order == 0) {
        return values[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  @Override
  public byte[] rawBytes() {
    return Arrays.copyOfRange(source, start, end);
  }

  /**
   * A part of {@link #rawBytes()}.
   *
   * @throws IndexOutOfBoundsException if it has no such part
   */
  public byte[] rawBytes(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, rawLength());
    return Arrays.copyOfRange(source, start + offset, start + offset + length);
  }

  /** Feeds {@link #rawBytes()} to a digest, without a copy. */
  public void update(MessageDigest digest) {
    digest.update(source, start, end - start);
  }

  @Override
  public int rawLength() {
    return end - start;
  }

  @Override
  public void writeTo(ByteArrayOutputStream out) {
    out.write(source, start, end - start);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BDictionary other
        && Arrays.equals(keys, other.keys)
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < keys.length; i++) {
      text.append(i == 0 ? "" : ", ").append(keys[i]).append("=").append(values[i]);
    }
    return text.append("}").toString();
  }

  /** Collects entries in any order; the last value of a key counts. */
  public static final class Builder {
    private final TreeMap<BString, BValue> entries = new TreeMap<>();

    private Builder() {}

    public Builder put(BString key, BValue value) {
      entries.put(key, value);
      return this;
    }

    public Builder put(String key, BValue value) {
      return put(BString.of(key), value);
    }

    public Builder put(String key, String value) {
      return put(key, BString.of(value));
    }

    public Builder put(String key, byte[] value) {
      return put(key, BString.of(value));
    }

    public Builder put(String key, long value) {
      return put(key, new BInteger(value));
    }

    public Builder remove(String key) {
      entries.remove(BString.of(key));
      return this;
    }

    public BDictionary build() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write('d');
      entries.forEach(
          (key, value) -> {
            key.writeTo(out);
            value.writeTo(out);
          });
      out.write('e');
      return new BDictionary(
          entries.keySet().toArray(new BString[0]),
          entries.values().toArray(new BValue[0]),
          out.toByteArray(),
          0,
          out.size(),
          true);
    }
  }
}
