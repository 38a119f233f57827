package dev.skep.agent.simulator;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some messages, or one block, on their way through a connection. */
record Packet(List<PeerMessage> messages, @Nullable BlockRef block, boolean corrupt, int bytes) {}
