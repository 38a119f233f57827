package dev.skep.agent.simulator;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A machine's line: an uplink that sends one packet at a time, in turn over its pipes that have
 * something to send, and a downlink that takes one packet at a time.
 */
final class Host {
  private final Clock clock;
  final long upBytesPerSecond;
  private final double nanosPerByteUp;
  private final double nanosPerByteDown;
  private final Queue<Pipe> ready = new ArrayDeque<>();
  private boolean sending;
  private long downFreeAt;

  Host(Clock clock, long upBytesPerSecond, long downBytesPerSecond) {
    this.clock = clock;
    this.upBytesPerSecond = upBytesPerSecond;
    nanosPerByteUp = 1e9 / upBytesPerSecond;
    nanosPerByteDown = 1e9 / downBytesPerSecond;
  }

  /** The pipe has a packet that it may send now. */
  void ready(Pipe pipe) {
    ready.add(pipe);
    if (!sending) {
      sendNext();
    }
  }

  private void sendNext() {
    Pipe pipe = ready.poll();
    sending = pipe != null;
    if (pipe != null) {
      Packet packet = pipe.take();
      clock.in(
          (long) (packet.bytes() * nanosPerByteUp),
          () -> {
            pipe.onItsWay(packet);
            sendNext();
          });
    }
  }

  /** When a packet of which the first bit arrives at this time is received whole. */
  long receives(int bytes, long time) {
    downFreeAt = Math.max(downFreeAt, time) + (long) (bytes * nanosPerByteDown);
    return downFreeAt;
  }
}
