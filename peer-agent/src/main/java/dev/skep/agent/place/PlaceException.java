package dev.skep.agent.place;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A place cannot be used; the message is one line that says which, why, and what to do. */
public final class PlaceException extends IOException {
  private static final long serialVersionUID = 1L;

  PlaceException(String line) {
    super(line);
  }

  PlaceException(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
