package dev.skep.agent.catalogue;

import java.io.IOException;

/** A tracker that did not do what it was asked for; the message says which one, and what to do. */
public final class TrackerApiException extends IOException {
  private static final long serialVersionUID = 1;

  TrackerApiException(String whatAndWhatToDo) {
    super(whatAndWhatToDo);
  }

  TrackerApiException(String whatAndWhatToDo, Throwable cause) {
    super(whatAndWhatToDo, cause);
  }
}
