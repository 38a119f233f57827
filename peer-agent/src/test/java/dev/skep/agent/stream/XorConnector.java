package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Streams that change every byte on its way, each by another number, as encryption does: a byte
 * that is lost, doubled or out of order spoils all that follow. Both ends must use it.
 */
public final class XorConnector implements Connector {
  private final Connector plain;

  public XorConnector(Connector plain) {
    this.plain = plain;
  }

  @Override
  public Endpoint listening() {
    return plain.listening();
  }

  @Override
  public PeerStream accept() throws IOException {
    return new XorStream(plain.accept());
  }

  @Override
  public PeerStream dial(Endpoint at, Duration patience) throws IOException {
    return new XorStream(plain.dial(at, patience));
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }

  /** Takes and gives bytes through a buffer of its own. */
  private static final class XorStream implements PeerStream {
    private static final int BUFFER_BYTES = 10_000; // no multiple of anything

    private final PeerStream plain;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
    private int read;
    private int written;

    XorStream(PeerStream plain) {
      this.plain = plain;
    }

    private static byte mask(int at) {
      return (byte) (0x5A + 31 * at + (at >> 8));
    }

    @Override
    public Endpoint at() {
      return plain.at();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return (int) read(new ByteBuffer[] {into}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] into, int from, int count) throws IOException {
      if (!in.hasRemaining()) {
        int n = plain.read(in.clear());
        in.flip();
        if (n < 0) {
          return n;
        }
      }
      long total = 0;
      for (int i = from; i < from + count; i++) {
        while (in.hasRemaining() && into[i].hasRemaining()) {
          into[i].put((byte) (in.get() ^ mask(read++)));
          total++;
        }
      }
      return total;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return (int) write(new ByteBuffer[] {bytes}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] bytes, int from, int count) throws IOException {
      long total = 0;
      out.clear();
      for (int i = from; i < from + count; i++) {
        while (out.hasRemaining() && bytes[i].hasRemaining()) {
          out.put((byte) (bytes[i].get() ^ mask(written++)));
          total++;
        }
      }
      out.flip();
      while (out.hasRemaining()) {
        plain.write(out);
      }
      return total;
    }

    @Override
    public boolean isOpen() {
      return plain.isOpen();
    }

    @Override
    public void abort() {
      plain.abort();
    }

    @Override
    public boolean copiesBodies() {
      return true;
    }
  }
}
