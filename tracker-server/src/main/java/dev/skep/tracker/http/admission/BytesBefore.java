package dev.skep.tracker.http.admission;

import java.util.function.Supplier;

/** Bytes that were read already, and those that come. */
final class BytesBefore implements Supplier<byte[]> {
  private byte[] came;
  private final Supplier<byte[]> next;

  BytesBefore(byte[] came, Supplier<byte[]> next) {
    this.came = came;
    this.next = next;
  }

  @Override
  public byte[] get() {
    if (came.length == 0) {
      return next.get();
    }
    byte[] first = came;
    came = new byte[0];
    return first;
  }
}
