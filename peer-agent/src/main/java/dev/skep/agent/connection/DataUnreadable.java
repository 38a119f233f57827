package dev.skep.agent.connection;

import java.io.IOException;

/** What a peer asked for cannot be read from our files. */
final class DataUnreadable extends IOException {
  private static final long serialVersionUID = 1L;

  DataUnreadable(IOException cause) {
    super(cause.toString(), cause);
  }
}
