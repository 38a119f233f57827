package dev.skep.agent.connection;

import java.util.concurrent.atomic.LongAdder;

/**
 * What all connections received and sent after their handshakes, bodies of blocks and all else.
 * Counted once for each read and each turn of a writer. Safe for many threads.
 */
public final class WireBytes {
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();

  void received(long bytes) {
    received.add(bytes);
  }

  void sent(long bytes) {
    sent.add(bytes);
  }

  public long received() {
    return received.sum();
  }

  public long sent() {
    return sent.sum();
  }
}
