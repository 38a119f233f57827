package dev.skep.protocol.tracker;

/** A request or reply that is malformed; the message can be told to whoever sent it. */
public final class TrackerProtocolException extends Exception {
  private static final long serialVersionUID = 1;

  public TrackerProtocolException(String reason) {
    // Strangers cause these at will: a stack trace would only cost time.
    super(reason, null, false, false);
  }
}
