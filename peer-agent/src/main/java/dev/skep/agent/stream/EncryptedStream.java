package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.EncryptedHandshake.Ciphers;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stream of which all bytes are encrypted (MSE). What comes is decrypted where it is to be; what
 * goes is encrypted into a buffer, since it is not ours to change.
 */
public final class EncryptedStream implements PeerStream {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int SMALL_BYTES = 1024;

  private final PeerStream below;
  private final Ciphers ciphers;

  /** Small until blocks are written. On the heap: of direct memory a download has little. */
  private ByteBuffer out = ByteBuffer.allocate(SMALL_BYTES);

  /** Takes over a stream whose next bytes are encrypted, both ways. */
  public EncryptedStream(PeerStream below, Ciphers ciphers) {
    this.below = below;
    this.ciphers = ciphers;
  }

  @Override
  public Endpoint at() {
    return below.at();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int from = into.position();
    int n = below.read(into);
    ciphers.incoming().apply(into, from, into.position());
    return n;
  }

  @Override
  public long read(ByteBuffer[] into, int first, int count) throws IOException {
    int[] from = new int[count];
    for (int i = 0; i < count; i++) {
      from[i] = into[first + i].position();
    }
    long n = below.read(into, first, count);
    for (int i = 0; i < count; i++) {
      ByteBuffer each = into[first + i];
      ciphers.incoming().apply(each, from[i], each.position());
    }
    return n;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return (int) write(new ByteBuffer[] {bytes}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] bytes, int first, int count) throws IOException {
    long wanted = 0;
    for (int i = first; i < first + count; i++) {
      wanted += bytes[i].remaining();
    }
    makeRoom(wanted);
    for (int i = first; i < first + count && out.hasRemaining(); i++) {
      ciphers.outgoing().apply(bytes[i], out);
    }
    long taken = out.position();
    out.flip();
    while (out.hasRemaining()) {
      below.write(out);
    }
    return taken;
  }

  private void makeRoom(long bytes) {
    if (bytes > out.capacity() && out.capacity() < BUFFER_BYTES) {
      out = ByteBuffer.allocate(BUFFER_BYTES);
    }
    out.clear();
  }

  @Override
  public boolean isOpen() {
    return below.isOpen();
  }

  @Override
  public void abort() {
    below.abort();
  }

  @Override
  public boolean copiesBodies() {
    return true;
  }
}
