package dev.skep.tracker.http.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tracker.announce.TrackerCounters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private final Arrivals arrivals = new Arrivals(new TrackerCounters(), 10, Runnable::run);
  private int ports;

  @Test
  void connectionsThatEndBeforeTheyAreServedAreForgotten() throws Exception {
    Socket waiting = arrive();
    for (int i = 0; i < 1000; i++) {
      arrive().close();
    }

    assertThat(arrivals.waiting()).isLessThan(50);
    assertThat(arrivals.take(waiting.getRemoteSocketAddress(), id(waiting))).contains(waiting);
  }

  /** As the server names its connection. */
  private static String id(Socket socket) {
    return "0x" + HexFormat.of().toHexDigits(System.identityHashCode(socket));
  }

  private Socket arrive() {
    var from = new InetSocketAddress(InetAddress.getLoopbackAddress(), ++ports);
    Socket socket =
        new Socket() {
          @Override
          public SocketAddress getRemoteSocketAddress() {
            return from;
          }
        };
    arrivals.configureSocket(socket);
    return socket;
  }
}
