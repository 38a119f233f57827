package dev.skep.protocol.bencode;

import java.io.IOException;
import java.io.InputStream;

/** Bencode (BEP 3): bytes to values and back. */
public final class Bencode {
  private Bencode() {}

  /**
   * Decodes exactly one canonical value within {@link DecodeOptions#STRICT}. The value keeps a view
   * of the array: do not change it afterwards.
   *
   * @throws BencodeException if the bytes are anything else
   */
  public static BValue decode(byte[] bytes) throws BencodeException {
    return decode(bytes, DecodeOptions.STRICT);
  }

  /**
   * Decodes one value; bytes after it are an error unless lenient.
   *
   * @throws BencodeException if the bytes are malformed or exceed a limit
   */
  public static BValue decode(byte[] bytes, DecodeOptions options) throws BencodeException {
    return new Decoder(bytes, options).decodeAll();
  }

  /**
   * Decodes the value that the bytes begin with, whatever follows ({@link BValue#rawLength()} says
   * where).
   *
   * @throws BencodeException if they do not begin with a value, or a limit is exceeded
   */
  public static BValue decodePrefix(byte[] bytes, DecodeOptions options) throws BencodeException {
    return new Decoder(bytes, options).decodePrefix();
  }

  /**
   * Reads a stream to its end, but never more than {@link DecodeOptions#maxBytes()} and one byte,
   * and decodes it.
   *
   * @throws BencodeException if the bytes are malformed or exceed a limit
   * @throws IOException if the stream fails
   */
  public static BValue decode(InputStream in, DecodeOptions options)
      throws BencodeException, IOException {
    int most =
        options.maxBytes() == Integer.MAX_VALUE ? options.maxBytes() : options.maxBytes() + 1;
    return decode(in.readNBytes(most), options);
  }

  /**
   * The same as {@link BValue#rawBytes()}: canonical for a built value, unchanged for a decoded
   * one.
   */
  public static byte[] encode(BValue value) {
    return value.rawBytes();
  }
}
