package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Peer;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.ProtocolException;

/**
 * {@code lt_donthave} (BEP 54). What we lost goes out between the HAVE messages, since their order
 * counts: see {@link dev.skep.agent.torrent.Outbox#lost}.
 */
record LostPieces(LiveTorrent torrent, Peer peer) implements Extension {
  @Override
  public String name() {
    return ExtensionHandshake.LT_DONTHAVE;
  }

  @Override
  public void received(byte[] payload) throws ProtocolException, Misconduct {
    torrent.lost(peer, DontHave.decode(payload).piece());
  }
}
