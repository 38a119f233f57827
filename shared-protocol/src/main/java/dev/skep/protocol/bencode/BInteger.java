package dev.skep.protocol.bencode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A whole number. Bencode sets no limit; 64 bits are what is accepted here, as everywhere.
 *
 * @param value any
 */
public record BInteger(long value) implements BValue {
  @Override
  public byte[] rawBytes() {
    return ("i" + value + "e").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public int rawLength() {
    return Long.toString(value).length() + 2;
  }

  @Override
  public void writeTo(ByteArrayOutputStream out) {
    out.writeBytes(rawBytes());
  }
}
