package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** Makes streams to peers: dials, and takes in those who dial us. Safe for many threads. */
public interface Connector extends Closeable {
  /** The address and port that peers can dial. */
  Endpoint listening();

  /**
   * Waits for a peer that dials us.
   *
   * @throws java.nio.channels.ClosedChannelException after {@link #close}
   * @throws IOException if there is no room for one more; trying again later may help
   */
  PeerStream accept() throws IOException;

  /**
   * Dials a peer.
   *
   * @param patience how long it may take to answer
   * @throws java.net.ConnectException if nobody listens there
   * @throws java.net.NoRouteToHostException if there is no way there
   * @throws java.net.SocketTimeoutException if nobody answers in time
   * @throws IOException if we cannot dial, which is no fault of the peer's
   */
  PeerStream dial(Endpoint at, Duration patience) throws IOException;

  /** Takes in nobody any more; the streams stay. */
  @Override
  void close() throws IOException;
}
