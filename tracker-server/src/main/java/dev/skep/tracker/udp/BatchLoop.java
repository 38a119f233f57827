package dev.skep.tracker.udp;

import dev.skep.tracker.announce.TrackerCounters;
import java.net.InetSocketAddress;

/** Receives, answers and sends datagrams in batches, until it is closed. */
final class BatchLoop implements UdpLoop {
  private final BatchSocket socket;
  private final UdpProtocol protocol;
  private final TrackerCounters counters;

  BatchLoop(BatchSocket socket, UdpProtocol protocol, TrackerCounters counters) {
    this.socket = socket;
    this.protocol = protocol;
    this.counters = counters;
  }

  @Override
  public InetSocketAddress address() {
    return socket.address();
  }

  @Override
  public void run() {
    try {
      while (!socket.isClosed()) {
        answer(socket.receive(), System.nanoTime());
      }
    } finally {
      socket.release();
    }
  }

  private void answer(int count, long nanos) {
    for (int i = 0; i < count; i++) {
      int length =
          protocol.answer(
              socket.received(i), socket.senderHigh(i), socket.senderLow(i), socket.next(), nanos);
      if (length > 0) {
        socket.answer(i, length);
      }
    }
    int dropped = socket.send();
    if (dropped > 0) {
      counters.udpUnsent().add(dropped);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
