package dev.skep.protocol.bencode;

/** Bytes that are not bencode, or more of it than the limits allow. */
public final class BencodeException extends Exception {
  private static final long serialVersionUID = 1;

  private final int offset;

  BencodeException(int offset, String reason) {
    // Strangers cause these at will: a stack trace would only cost time.
    super(reason + " at byte " + offset, null, false, false);
    this.offset = offset;
  }

  /** Where in the input, in bytes from its begin. */
  public int offset() {
    return offset;
  }
}
