package dev.skep.agent.datagram;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A UDP port, of one local address or of all. One thread reads it and lets time pass for who speaks
 * over it; it sleeps as long as nothing comes and nothing is due. Sending is for any thread.
 */
public final class DatagramPort implements AutoCloseable {
  /** Who speaks over the port. Called on the port's thread, and must not block. */
  public interface Speaker {
    /** Whether datagrams that begin so are for it. */
    boolean takes(byte first);

    /** One came that it takes. */
    void received(Endpoint from, byte[] datagram);

    /**
     * Does what time made due.
     *
     * @param now monotonic nanoseconds
     * @return when to be called again, at the latest
     */
    long tick(long now);
  }

  private static final Logger LOG = System.getLogger(DatagramPort.class.getName());
  private static final int MOST_BYTES = 2_048;
  private static final int WANTED_BUFFER_BYTES = 1 << 20;

  /** A flood gets so much of a processor and no more; the system drops the rest. */
  private static final int MOST_IN_TURN = 50;

  private static final int MOST_PER_SECOND = 5_000;

  private final DatagramChannel channel;
  private final Selector selector;
  private final Endpoint at;
  private volatile boolean closed;

  private DatagramPort(DatagramChannel channel) throws IOException {
    this.channel = channel;
    selector = Selector.open();
    InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
    at = new Endpoint(local.getAddress(), local.getPort());
  }

  /**
   * Takes the port.
   *
   * @param bind the local address; the wildcard address for all of both families
   * @throws BindException if it cannot be had; the message names address and port
   */
  public static DatagramPort open(InetAddress bind, int port) throws IOException {
    boolean ipv4 = !bind.isAnyLocalAddress() && bind.getAddress().length == 4;
    ProtocolFamily family = StandardProtocolFamily.INET;
    DatagramChannel channel = ipv4 ? DatagramChannel.open(family) : DatagramChannel.open();
    try {
      channel.bind(new InetSocketAddress(bind, port));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, WANTED_BUFFER_BYTES);
      return new DatagramPort(channel);
    } catch (IOException e) {
      channel.close();
      BindException told =
          new BindException(
              "cannot listen on %s UDP port %d: %s"
                  .formatted(bind.getHostAddress(), port, e.getMessage()));
      told.initCause(e);
      throw told;
    }
  }

  /** The local address and port. */
  public Endpoint at() {
    return at;
  }

  /**
   * Begins to read.
   *
   * @param guard runs each turn: what goes wrong in one must not end the others
   */
  public void begin(Speaker speaker, Consumer<Runnable> guard) {
    Thread.ofPlatform().daemon().name("skep-udp").start(() -> run(speaker, guard));
  }

  private void run(Speaker speaker, Consumer<Runnable> guard) {
    ByteBuffer in = ByteBuffer.allocateDirect(MOST_BYTES);
    try (selector) {
      channel.register(selector, SelectionKey.OP_READ);
      while (!closed) {
        long[] next = {System.nanoTime() + TimeUnit.SECONDS.toNanos(1)}; // should the turn fail
        guard.accept(() -> next[0] = turn(speaker, in));
        long left = TimeUnit.NANOSECONDS.toMillis(next[0] - System.nanoTime()) + 1;
        selector.select(Math.max(1, left));
        selector.selectedKeys().clear();
      }
    } catch (ClosedSelectorException | ClosedChannelException e) {
      // As it should.
    } catch (IOException e) {
      LOG.log(Level.WARNING, "UDP port {0} is read no more: {1}", at, e.toString());
    }
  }

  private long turn(Speaker speaker, ByteBuffer in) {
    int read = 0;
    while (read < MOST_IN_TURN && readOne(speaker, in)) {
      read++;
    }
    long due = speaker.tick(System.nanoTime());
    if (read == MOST_IN_TURN) {
      rest();
    }
    return due;
  }

  private boolean readOne(Speaker speaker, ByteBuffer in) {
    try {
      InetSocketAddress from = (InetSocketAddress) channel.receive(in.clear());
      if (from == null) {
        return false;
      }
      in.flip();
      if (in.hasRemaining() && speaker.takes(in.get(0))) {
        byte[] datagram = new byte[in.remaining()];
        in.get(datagram);
        speaker.received(new Endpoint(from.getAddress(), from.getPort()), datagram);
      }
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a datagram could not be read: {0}", e.toString());
      return false;
    }
  }

  private static void rest() {
    try {
      TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(1) * MOST_IN_TURN / MOST_PER_SECOND);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends, or drops what cannot be sent. */
  public void send(Endpoint to, byte[] datagram) {
    try {
      channel.send(ByteBuffer.wrap(datagram), new InetSocketAddress(to.address(), to.port()));
    } catch (IOException | RuntimeException e) { // no way there, or no address of that family
      LOG.log(Level.DEBUG, "no datagram to {0}: {1}", to, e.toString());
    }
  }

  /** Lets the speaker's {@link Speaker#tick} come soon. */
  public void wake() {
    selector.wakeup();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "UDP port {0} failed to close: {1}", at, e.toString());
    }
  }
}
