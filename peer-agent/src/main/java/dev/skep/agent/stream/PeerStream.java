package dev.skep.agent.stream;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;

/**
 * The bytes of one connection, both ways, in order and without loss. One thread reads and another
 * one writes; both wait as long as it takes, on virtual threads of their own. A write may take a
 * part of what it is given.
 */
public interface PeerStream extends ScatteringByteChannel, GatheringByteChannel {
  /** The other end. */
  Endpoint at();

  @Override
  default long read(ByteBuffer[] into) throws IOException {
    return read(into, 0, into.length);
  }

  @Override
  default long write(ByteBuffer[] bytes) throws IOException {
    return write(bytes, 0, bytes.length);
  }

  /**
   * Ends both directions, now: whoever reads or writes gets a {@link
   * java.nio.channels.ClosedChannelException}. Never blocks, says nothing to the peer that might; a
   * second call does nothing. For any thread.
   */
  void abort();

  /** The same as {@link #abort}. */
  @Override
  default void close() {
    abort();
  }

  /**
   * Whether Java code looks into what is written, as to encrypt it. Then it must not be given bytes
   * of a mapped file: where that was cut meanwhile they end in an {@code InternalError}.
   */
  boolean copiesBodies();
}
