package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens connections to a port of this machine, sends half a request on each, says so, and holds
 * them until it is ended. Arguments: port, how many.
 */
final class SlowConnections {
  private static final int CONNECTIONS_PER_MILLISECOND = 2;

  private SlowConnections() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var tracker =
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[0]));
    int count = Integer.parseInt(arguments[1]);
    List<SocketChannel> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(tracker);
      String half = i % 2 == 0 ? "GET /announce?info_ha" : "GET /announce HTTP/1.1\r\nHost: ";
      channel.write(ByteBuffer.wrap(half.getBytes(US_ASCII)));
      open.add(channel);
      if (i % CONNECTIONS_PER_MILLISECOND == 0) {
        Thread.sleep(1); // all at once they would be refused as an overload
      }
    }
    System.out.println("open " + open.size());
    Thread.currentThread().join();
  }
}
