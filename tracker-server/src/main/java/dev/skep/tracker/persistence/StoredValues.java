package dev.skep.tracker.persistence;

import dev.skep.protocol.address.IpAddress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How values stand in the files of rollouts, one behind the other: what is there and what reads it.
 */
final class StoredValues {
  private StoredValues() {}

  /** Writes one value. */
  @FunctionalInterface
  interface Writer<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  /** Reads one value. */
  @FunctionalInterface
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  static void text(DataOutputStream out, String text) throws IOException {
    out.writeUTF(text);
  }

  static String text(DataInputStream in) throws IOException {
    return in.readUTF();
  }

  /** To the millisecond. */
  static void time(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.toEpochMilli());
  }

  static Instant time(DataInputStream in) throws IOException {
    return Instant.ofEpochMilli(in.readLong());
  }

  static void address(DataOutputStream out, IpAddress address) throws IOException {
    out.writeLong(address.high());
    out.writeLong(address.low());
  }

  static IpAddress address(DataInputStream in) throws IOException {
    return new IpAddress(in.readLong(), in.readLong());
  }

  static <T> void maybe(DataOutputStream out, Optional<T> value, Writer<T> writer)
      throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  static <T> Optional<T> maybe(DataInputStream in, Reader<T> reader) throws IOException {
    return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
  }

  static <T> void list(DataOutputStream out, List<T> values, Writer<T> writer) throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writer.write(out, value);
    }
  }

  static <T> List<T> list(DataInputStream in, Reader<T> reader) throws IOException {
    int count = in.readInt();
    var values = new ArrayList<T>();
    for (int i = 0; i < count; i++) {
      values.add(reader.read(in));
    }
    return List.copyOf(values);
  }
}
