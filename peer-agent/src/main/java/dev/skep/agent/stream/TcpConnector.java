package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Connections over TCP, from and to one local address. */
public final class TcpConnector implements Connector {
  private static final Logger LOG = System.getLogger(TcpConnector.class.getName());
  private static final int BACKLOG = 128;

  private final InetAddress bind;
  private final ServerSocketChannel listener;
  private final Endpoint listening;

  private TcpConnector(InetAddress bind, ServerSocketChannel listener) throws IOException {
    this.bind = bind;
    this.listener = listener;
    listening = endpoint((InetSocketAddress) listener.getLocalAddress());
  }

  private static Endpoint endpoint(InetSocketAddress at) {
    return new Endpoint(at.getAddress(), at.getPort());
  }

  /**
   * Begins to listen.
   *
   * @param bind the local address; the wildcard address for all
   * @param port 0 lets the system choose
   * @throws BindException if the address and port, which the message names, cannot be had
   */
  public static TcpConnector open(InetAddress bind, int port) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(bind, port), BACKLOG);
      return new TcpConnector(bind, listener);
    } catch (IOException e) {
      listener.close();
      String where = bind.getHostAddress() + " port " + port;
      BindException told = new BindException("cannot listen on " + where + ": " + e.getMessage());
      told.initCause(e);
      throw told;
    }
  }

  @Override
  public Endpoint listening() {
    return listening;
  }

  @Override
  public PeerStream accept() throws IOException {
    while (true) {
      SocketChannel channel = listener.accept();
      try {
        InetSocketAddress from = (InetSocketAddress) channel.getRemoteAddress();
        return new TcpStream(channel, endpoint(from));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a peer was gone before it was welcomed: {0}", e.toString());
        channel.close();
      }
    }
  }

  @Override
  public PeerStream dial(Endpoint at, Duration patience) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      if (!bind.isAnyLocalAddress()) {
        channel.bind(new InetSocketAddress(bind, 0));
      }
      InetSocketAddress to = new InetSocketAddress(at.address(), at.port());
      channel.socket().connect(to, Math.toIntExact(patience.toMillis()));
      return new TcpStream(channel, at);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
