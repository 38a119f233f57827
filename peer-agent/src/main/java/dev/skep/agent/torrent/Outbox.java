package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;

/**
 * Where {@link Torrent#next} puts what is due to one peer, in the order in which it must be sent.
 */
public interface Outbox {

  /** A message without a body. */
  void message(PeerMessage message);

  /** A PIECE message with its body: the caller sends the header and the bytes of {@code block}. */
  void block(BlockRef block);

  /**
   * We have this piece no more, which is told after what was put here before and before what
   * follows. False if the peer has no such message (BEP 54): it will ask for the piece, and be
   * refused.
   */
  default boolean lost(int piece) {
    return false;
  }

  /** An answer to a request for hashes (BEP 52), which the caller knows or refuses. */
  default void hashes(HashRange range) {
    message(new PeerMessage.HashReject(range));
  }
}
