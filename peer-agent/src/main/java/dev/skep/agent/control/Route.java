package dev.skep.agent.control;

import java.util.Optional;

/** What is at one path: if it does not say otherwise, something that may be read by who may. */
interface Route {
  /** Whether everybody who may connect may ask it: nothing of what it says is secret. */
  default boolean isOpen() {
    return false;
  }

  /** Answers by the head alone, before the body is read; empty to go on. */
  default Optional<Reply> early(Ask ask) {
    return ask.method().equals("GET") || ask.method().equals("HEAD")
        ? Optional.empty()
        : Optional.of(Reply.text(405, "this is only to be read").with("Allow", "GET, HEAD"));
  }

  /** Answers. Called on a thread that may do file I/O. */
  Reply answer(Ask ask, byte[] body);
}
