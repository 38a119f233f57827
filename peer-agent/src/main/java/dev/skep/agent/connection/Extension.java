package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.ProtocolException;
import java.util.Optional;

/**
 * One extension at one connection (BEP 10). What it has to say is asked for by the writer, as
 * everything that goes out is: so nothing queues, and what it keeps it has to bound.
 */
interface Extension {
  /** As handshakes call it. */
  String name();

  /**
   * The peer's handshake, the first or a later one, whether or not it names this extension. On the
   * reader's thread, as {@link #received} is.
   *
   * @throws Misconduct if the connection must end
   */
  default void introduced(ExtensionHandshake theirs) throws Misconduct {}

  /**
   * The peer sent a message of it. What is due because of that is asked for soon.
   *
   * @throws ProtocolException if the bytes are none
   * @throws Misconduct if the connection must end
   */
  void received(byte[] payload) throws ProtocolException, Misconduct;

  /**
   * A message that is due to the peer now, if it has this extension: one in each of the writer's
   * turns, which come as long as there is any. On the writer's thread.
   *
   * @param now monotonic nanoseconds
   */
  default Optional<byte[]> next(long now) {
    return Optional.empty();
  }

  /** Whether time alone made something due. Asked every few seconds, on any thread. */
  default boolean isDue(long now) {
    return false;
  }

  /** The connection is over. Called once. */
  default void ended() {}
}
