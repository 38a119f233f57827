package dev.skep.agent.control;

import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayOutputStream;

/** What a call answers, written when everything that can fail is over. */
interface Answer {
  Answer NOTHING = (_, _) -> {};

  /** Writes members into the object that is being written. */
  void write(JsonGenerator out, Dialect dialect);

  /**
   * The same, for what has some of it as bytes already.
   *
   * @param under where {@code out} writes to
   */
  default void write(JsonGenerator out, ByteArrayOutputStream under, Dialect dialect) {
    write(out, dialect);
  }
}
