package dev.skep.agent.discovery;

import java.io.IOException;

/** A tracker could not be asked, or its answer could not be read; the message is one line. */
public final class TrackerException extends IOException {
  private static final long serialVersionUID = 1L;

  TrackerException(String message) {
    super(message);
  }

  TrackerException(String message, Throwable cause) {
    super(message, cause);
  }
}
