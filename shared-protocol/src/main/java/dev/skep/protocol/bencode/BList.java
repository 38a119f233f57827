package dev.skep.protocol.bencode;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** A list of values. */
public final class BList implements BValue, Iterable<BValue> {
  static final BList EMPTY = new BList(new BValue[0], new byte[] {'l', 'e'}, 0, 2);

  private final BValue[] values;
  private final byte[] source;
  private final int start;
  private final int end;

  BList(BValue[] values, byte[] source, int start, int end) {
    this.values = values;
    this.source = source;
    this.start = start;
    this.end = end;
  }

  /** A list of these. */
  public static BList of(List<? extends BValue> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('l');
    values.forEach(v -> v.writeTo(out));
    out.write('e');
    return new BList(values.toArray(new BValue[0]), out.toByteArray(), 0, out.size());
  }

  public int size() {
    return values.length;
  }

  /**
   * One of the values.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public BValue get(int index) {
    return values[index];
  }

  @Override
  public Iterator<BValue> iterator() {
    return Arrays.asList(values).iterator();
  }

  @Override
  public byte[] rawBytes() {
    return Arrays.copyOfRange(source, start, end);
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
    return o instanceof BList other && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
