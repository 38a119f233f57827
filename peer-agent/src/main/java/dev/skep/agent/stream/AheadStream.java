package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A stream of which some bytes were read already, by who had to look further than it thought. */
public final class AheadStream implements PeerStream {
  private final PeerStream below;
  private final ByteBuffer ahead;

  private AheadStream(PeerStream below, ByteBuffer ahead) {
    this.below = below;
    this.ahead = ahead;
  }

  /** The stream that gives those bytes first; itself if there are none. */
  public static PeerStream of(PeerStream below, ByteBuffer ahead) {
    return ahead.hasRemaining() ? new AheadStream(below, ahead) : below;
  }

  /** The same stream, without what stood before it once all of that was given. */
  public static PeerStream trimmed(PeerStream stream) {
    return stream instanceof AheadStream it && !it.ahead.hasRemaining()
        ? trimmed(it.below)
        : stream;
  }

  @Override
  public Endpoint at() {
    return below.at();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return ahead.hasRemaining() ? give(into) : below.read(into);
  }

  @Override
  public long read(ByteBuffer[] into, int first, int count) throws IOException {
    if (!ahead.hasRemaining()) {
      return below.read(into, first, count);
    }
    long given = 0;
    for (int i = first; i < first + count; i++) {
      given += give(into[i]);
    }
    return given;
  }

  private int give(ByteBuffer into) {
    int count = Math.min(ahead.remaining(), into.remaining());
    into.put(ahead.slice(ahead.position(), count));
    ahead.position(ahead.position() + count);
    return count;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return below.write(bytes);
  }

  @Override
  public long write(ByteBuffer[] bytes, int first, int count) throws IOException {
    return below.write(bytes, first, count);
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
    return below.copiesBodies();
  }
}
