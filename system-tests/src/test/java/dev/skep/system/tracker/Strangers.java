package dev.skep.system.tracker;

import dev.skep.system.tracker.UdpPeer.Said;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Strangers who flood a tracker over UDP from some addresses of 127.66.0.0/16, as fast as they can,
 * until they are closed: each datagram brings a new torrent, or a new port into a swarm of others.
 *
 * <p>{@code Strangers PORT ADDRESSES SECONDS [only-torrents]} does so by hand.
 */
final class Strangers implements AutoCloseable {
  private static final int FIRST_ADDRESS = 0x7f420001;
  private static final int AT_A_TIME = 64;
  private static final int STARTED = 2;

  private final List<UdpPeer> peers = new ArrayList<>();
  private final List<Long> swarms;
  private final AtomicLong torrents = new AtomicLong();
  private final AtomicLong ports = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * @param swarms torrents that they crowd into; none for new torrents only
   */
  Strangers(InetSocketAddress tracker, int addresses, List<Long> swarms) throws IOException {
    this.swarms = swarms;
    for (int i = 0; i < addresses; i++) {
      peers.add(new UdpPeer(FIRST_ADDRESS + i, tracker));
    }
    thread = Thread.ofPlatform().name("strangers").start(this::flood);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var here = InetAddress.ofLiteral("127.0.0.1");
    var tracker = new InetSocketAddress(here, Integer.parseInt(args[0]));
    List<Long> swarms = args.length > 3 ? List.of() : List.of(1L);
    try (var strangers = new Strangers(tracker, Integer.parseInt(args[1]), swarms)) {
      Thread.sleep(Duration.ofSeconds(Integer.parseInt(args[2])));
      System.out.println(strangers);
    }
  }

  private void flood() {
    for (int turn = 0; !stopped; turn++) {
      UdpPeer peer = peers.get(turn % peers.size());
      try {
        peer.connect();
        for (int i = 0; i < AT_A_TIME; i++) {
          boolean crowds = !swarms.isEmpty() && i % 4 == 0;
          peer.send(crowds ? oneMorePort() : oneMoreTorrent());
        }
      } catch (SocketTimeoutException _) {
        // The tracker did not come to it.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Said oneMoreTorrent() {
    long number = torrents.incrementAndGet();
    return new Said(number * 0x9e3779b97f4a7c15L | 1L << 63, (int) number, 6881, 1, STARTED, 50);
  }

  private Said oneMorePort() {
    long number = ports.incrementAndGet();
    int port = 1 + (int) (number % 65_535);
    long swarm = swarms.get((int) (number % swarms.size()));
    return new Said(swarm, (int) number, port, 1, STARTED, 50);
  }

  /** New torrents announced so far. */
  long torrents() {
    return torrents.get();
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    peers.forEach(UdpPeer::close);
  }

  @Override
  public String toString() {
    return torrents + " new torrents and " + ports + " new ports of " + peers.size() + " addresses";
  }
}
