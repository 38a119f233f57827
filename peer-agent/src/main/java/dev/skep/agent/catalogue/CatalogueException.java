package dev.skep.agent.catalogue;

import java.io.IOException;

/** A tracker that did not do what it was asked for; the message says which one, and what to do. */
public final class CatalogueException extends IOException {
  private static final long serialVersionUID = 1;

  CatalogueException(String whatAndWhatToDo) {
    super(whatAndWhatToDo);
  }

  CatalogueException(String whatAndWhatToDo, Throwable cause) {
    super(whatAndWhatToDo, cause);
  }
}
