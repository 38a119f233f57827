package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;

/**
 * Where {@link Torrent#next} puts what is due to one peer, in the order in which it must be sent.
 */
public interface Outbox {

  /** A message without a body. */
  void message(PeerMessage message);

  /** A PIECE message with its body: the caller sends the header and the bytes of {@code block}. */
  void block(BlockRef block);
}
