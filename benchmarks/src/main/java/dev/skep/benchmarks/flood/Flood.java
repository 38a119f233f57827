package dev.skep.benchmarks.flood;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Strangers of some addresses in 127.66.0.0/16, each of whose datagrams brings a new torrent, on a
 * thread of its own until it is closed.
 */
final class Flood implements AutoCloseable {
  private static final int FIRST_ADDRESS = 0x7f420001;
  private static final int AT_A_TIME = 64;
  private static final int PORT = 6881;

  private final List<UdpPeer> peers = new ArrayList<>();
  private final int perSecond;
  private final Thread thread;
  private volatile int addresses = 1;
  private volatile long torrents;
  private volatile boolean stopped;

  Flood(InetSocketAddress tracker, int mostAddresses, int perSecond) throws IOException {
    this.perSecond = perSecond;
    for (int i = 0; i < mostAddresses; i++) {
      peers.add(new UdpPeer(FIRST_ADDRESS + i, tracker));
    }
    thread = Thread.ofPlatform().name("flood").start(this::run);
  }

  /** From one address at first, then from all. */
  void fromAll() {
    addresses = peers.size();
  }

  int addresses() {
    return addresses;
  }

  /** How many were announced so far. */
  long torrents() {
    return torrents;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
  private void run() {
    long due = System.nanoTime();
    for (int turn = 0; !stopped; turn++) {
      due =
          Math.max(due, System.nanoTime() - 1_000_000_000L)
              + AT_A_TIME * 1_000_000_000L / perSecond;
      UdpPeer peer = peers.get(turn % addresses);
      try {
        for (int i = 0; i < AT_A_TIME; i++) {
          torrents++;
          peer.tell(torrents * 0x9e3779b97f4a7c15L | 1L << 63, PORT);
        }
      } catch (SocketTimeoutException _) {
        // The tracker did not come to it.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      LockSupport.parkNanos(due - System.nanoTime());
    }
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
}
