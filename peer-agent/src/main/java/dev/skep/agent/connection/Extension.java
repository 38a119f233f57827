package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
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
   * The peer sent a message of it. On the reader's thread.
   *
   * @throws ProtocolException if the bytes are none
   * @throws Misconduct if the connection must end
   */
  void received(byte[] payload) throws ProtocolException, Misconduct;

  /**
   * A message that is due to the peer now; asked again until there is none. On the writer's thread,
   * in each of its turns, if the peer has this extension.
   */
  default Optional<byte[]> next() {
    return Optional.empty();
  }
}
