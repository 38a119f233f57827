package dev.skep.agent.catalogue;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A tracker that did not do what it was asked for; the message says which one, and what to do. */
public final class TrackerApiException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  TrackerApiException(String whatAndWhatToDo) {
    this(whatAndWhatToDo, 0);
  }

  TrackerApiException(String whatAndWhatToDo, int status) {
    super(whatAndWhatToDo);
    this.status = status;
  }

  TrackerApiException(String whatAndWhatToDo, @Nullable Throwable cause) {
    super(whatAndWhatToDo, cause);
    status = 0;
  }

  /** The HTTP status of a refusal; 0 if it is none. */
  public int status() {
    return status;
  }
}
