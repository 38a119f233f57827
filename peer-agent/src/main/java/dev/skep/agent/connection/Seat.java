package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockBodies;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Reason;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.WireLimits;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One peer's place with a {@link Topic}: what its connection reads goes there, and what it writes
 * comes from there. The reader and the writer use it at once.
 */
interface Seat {
  /** What is spoken beyond the protocol. */
  Extensions extensions();

  /** The longest messages that the peer may send. */
  WireLimits wireLimits();

  /** Limits that hold besides the agent's own. */
  Limits downLimits();

  /** Limits that hold besides the agent's own. */
  Limits upLimits();

  /** Puts the first message into {@code out}: which pieces we have. */
  void greet(Outbox out);

  /** Puts what is due to the peer into {@code out}. */
  void next(Outbox out, int budgetBytes, long now);

  /** Takes what the peer sent, and the slots of its blocks, whatever becomes of it. */
  void received(List<Inbound> all) throws Misconduct;

  /** What the peer's extension handshake tells beyond extensions. */
  void introduced(ExtensionHandshake theirs);

  /** Whether peers should know that we download nothing (BEP 21), as of the last {@link #next}. */
  boolean uploadOnly();

  /** How many requests of the peer may wait here (BEP 10, {@code reqq}). */
  int maxWaitingRequests();

  /** Length of the torrent's info dictionary (BEP 9), if it is known. */
  OptionalLong metadataBytes();

  /**
   * Reads what the peer is sent.
   *
   * @param copies whether its stream looks into that
   */
  BlockBodies bodies(boolean copies);

  /** Where the blocks are that the peer is sent. */
  PieceLayout layout();

  /** Hashes that the peer asked for, with their proof (BEP 52), if we have them. */
  default Optional<byte[]> hashes(HashRange range) {
    return Optional.empty();
  }

  /** What was to be sent cannot be read. */
  void dataUnreadable();

  /** The connection is over, for whatever reason. Called once. */
  void leave(Reason why);
}
