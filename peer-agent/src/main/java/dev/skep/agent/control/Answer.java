package dev.skep.agent.control;

import jakarta.json.stream.JsonGenerator;

/** What a call answers, written when everything that can fail is over. */
interface Answer {
  Answer NOTHING = (_, _) -> {};

  /** Writes members into the object that is being written. */
  void write(JsonGenerator out, Dialect dialect);
}
