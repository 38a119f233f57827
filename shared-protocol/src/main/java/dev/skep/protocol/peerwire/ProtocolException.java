package dev.skep.protocol.peerwire;

/** A peer sent what the protocol does not allow; its connection is to be closed. */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1;

  public ProtocolException(String reason) {
    // Strangers cause these at will: a stack trace would only cost time.
    super(reason, null, false, false);
  }
}
