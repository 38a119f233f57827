package dev.skep.agent.connection;

import java.io.IOException;

/** A {@link Topic} is paused or over, and takes no more peers. */
public final class NobodyTaken extends IOException {
  private static final long serialVersionUID = 1L;

  NobodyTaken() {
    super("it takes no more peers");
  }
}
