package dev.skep.protocol.metainfo;

/** A torrent that cannot be used; the message is one line for a person. */
public final class MetainfoException extends Exception {
  private static final long serialVersionUID = 1;

  public MetainfoException(String message) {
    super(message);
  }

  public MetainfoException(String message, Throwable cause) {
    super(message, cause);
  }
}
