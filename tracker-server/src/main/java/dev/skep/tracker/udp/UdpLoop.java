package dev.skep.tracker.udp;

import java.net.InetSocketAddress;

/** Answers the datagrams of one socket on one thread, until it is closed from another. */
interface UdpLoop extends Runnable, AutoCloseable {
  /** Where its socket is bound. */
  InetSocketAddress address();

  /** Ends {@link #run}; at once or after a fraction of a second. */
  @Override
  void close();
}
