package dev.skep.agent.simulator;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One direction of a connection: a send buffer, and a bound on what is under way, as TCP has them.
 * What is sent arrives in order after the delay.
 */
final class Pipe {
  private static final int UNDER_WAY_BYTES = 4 << 20;

  private final Clock clock;
  private final Host from;
  private final Host to;
  private final long delayNanos;
  private final Consumer<Packet> receiver;
  private final Runnable drained;
  private final Queue<Packet> buffer = new ArrayDeque<>();
  private int bufferedBytes;
  private int underWayBytes;
  private boolean queued; // at the host
  private boolean closed;

  Pipe(
      Clock clock,
      Host from,
      Host to,
      long delayNanos,
      Consumer<Packet> receiver,
      Runnable drained) {
    this.clock = clock;
    this.from = from;
    this.to = to;
    this.delayNanos = delayNanos;
    this.receiver = receiver;
    this.drained = drained;
  }

  int bufferedBytes() {
    return bufferedBytes;
  }

  void send(Packet packet) {
    buffer.add(packet);
    bufferedBytes += packet.bytes();
    offer();
  }

  private void offer() {
    if (!queued && !closed && !buffer.isEmpty() && underWayBytes < UNDER_WAY_BYTES) {
      queued = true;
      from.ready(this);
    }
  }

  /** The host takes the next packet. */
  Packet take() {
    Packet packet = buffer.remove();
    underWayBytes += packet.bytes();
    return packet;
  }

  /** The packet has left the host. */
  void onItsWay(Packet packet) {
    queued = false;
    bufferedBytes -= packet.bytes();
    offer();
    // All delays are the same, so packets reach a host in the order in which they were sent.
    clock.at(to.receives(packet.bytes(), clock.now() + delayNanos), () -> received(packet));
    if (!closed) {
      drained.run();
    }
  }

  private void received(Packet packet) {
    underWayBytes -= packet.bytes();
    offer();
    if (!closed) {
      receiver.accept(packet);
    }
  }

  void close() {
    closed = true;
  }
}
