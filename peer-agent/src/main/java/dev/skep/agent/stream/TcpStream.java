package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Plain TCP: the system takes bytes from where they are. */
public final class TcpStream implements PeerStream {
  private static final Logger LOG = System.getLogger(TcpStream.class.getName());

  private final SocketChannel channel;
  private final Endpoint at;

  /**
   * Takes over a connected channel.
   *
   * @throws IOException if it is closed already
   */
  public TcpStream(SocketChannel channel, Endpoint at) throws IOException {
    this.channel = channel;
    this.at = at;
    // A peer that asks for few blocks at once would wait 40 ms for the end of each.
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  @Override
  public Endpoint at() {
    return at;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public long read(ByteBuffer[] into, int from, int count) throws IOException {
    return channel.read(into, from, count);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return channel.write(bytes);
  }

  @Override
  public long write(ByteBuffer[] bytes, int from, int count) throws IOException {
    return channel.write(bytes, from, count);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void abort() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the connection to {0} failed to close: {1}", at, e.toString());
    }
  }

  @Override
  public boolean copiesBodies() {
    return false;
  }
}
