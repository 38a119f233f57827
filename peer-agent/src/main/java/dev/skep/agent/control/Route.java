package dev.skep.agent.control;

import java.util.Optional;

/** What is at one path. */
interface Route {
  /** Whether everybody who may connect may ask it: nothing of what it says is secret. */
  boolean isOpen();

  /** Answers by the head alone, before the body is read; empty to go on. */
  Optional<Reply> early(Ask ask);

  /** Answers. Called on a thread that may do file I/O. */
  Reply answer(Ask ask, byte[] body);
}
