package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Streams that keep a copy of all that passes them. */
public final class TappedConnector implements Connector {
  private final Connector plain;
  private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

  public TappedConnector(Connector plain) {
    this.plain = plain;
  }

  /** All bytes so far, of both directions and all connections. */
  public byte[] passed() {
    return passed.toByteArray();
  }

  @Override
  public Endpoint listening() {
    return plain.listening();
  }

  @Override
  public PeerStream accept() throws IOException {
    return new Tapped(plain.accept());
  }

  @Override
  public PeerStream dial(Endpoint at, Duration patience) throws IOException {
    return new Tapped(plain.dial(at, patience));
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }

  private final class Tapped implements PeerStream {
    private final PeerStream plain;

    Tapped(PeerStream plain) {
      this.plain = plain;
    }

    @Override
    public Endpoint at() {
      return plain.at();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      int from = into.position();
      int n = plain.read(into);
      keep(into, from);
      return n;
    }

    @Override
    public long read(ByteBuffer[] into, int from, int count) throws IOException {
      int at = from;
      while (at < from + count && !into[at].hasRemaining()) {
        at++;
      }
      return at == from + count ? 0 : read(into[at]);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int from = bytes.position();
      int n = plain.write(bytes);
      keep(bytes, from);
      return n;
    }

    @Override
    public long write(ByteBuffer[] bytes, int from, int count) throws IOException {
      long total = 0;
      for (int i = from; i < from + count; i++) {
        while (bytes[i].hasRemaining()) {
          total += write(bytes[i]);
        }
      }
      return total;
    }

    private void keep(ByteBuffer bytes, int from) {
      byte[] copy = new byte[bytes.position() - from];
      bytes.get(from, copy);
      passed.writeBytes(copy);
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
      return plain.copiesBodies();
    }
  }
}
