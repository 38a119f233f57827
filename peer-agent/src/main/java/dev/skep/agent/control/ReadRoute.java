package dev.skep.agent.control;

import java.util.Optional;
import java.util.function.Supplier;

/** Something to be read: pages, health, metrics. */
final class ReadRoute implements Route {
  private final boolean open;
  private final Supplier<Reply> reply;

  ReadRoute(boolean open, Supplier<Reply> reply) {
    this.open = open;
    this.reply = reply;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public Optional<Reply> early(Ask ask) {
    return refusal(ask);
  }

  /** The answer to who would do anything else than read. */
  static Optional<Reply> refusal(Ask ask) {
    return ask.method().equals("GET") || ask.method().equals("HEAD")
        ? Optional.empty()
        : Optional.of(Reply.text(405, "this is only to be read").with("Allow", "GET, HEAD"));
  }

  @Override
  public Reply answer(Ask ask, byte[] body) {
    return reply.get();
  }
}
