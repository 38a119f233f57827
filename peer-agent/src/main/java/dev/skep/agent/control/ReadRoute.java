package dev.skep.agent.control;

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
  public Reply answer(Ask ask, byte[] body) {
    return reply.get();
  }
}
