package dev.skep.protocol.metainfo;

/** A torrent that cannot be used; the message is one line for a person. */
public final class MetainfoException extends Exception {
  private static final long serialVersionUID = 1;

  public MetainfoException(String message) {
    super(message, null, false, false); // strangers cause these: a stack trace would only cost time
  }

  public MetainfoException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
