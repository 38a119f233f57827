package dev.skep.agent.connection;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;
import java.nio.ByteBuffer;

/** One thing that a peer sent, whole. */
public sealed interface Inbound {
  /** Anything but a block. */
  record Message(PeerMessage message) implements Inbound {}

  /** A block; whoever takes this takes over the slot, which holds the body from its begin. */
  record Block(BlockRef block, ByteBuffer slot) implements Inbound {}
}
