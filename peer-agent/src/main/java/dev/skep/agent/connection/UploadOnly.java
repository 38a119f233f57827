package dev.skep.agent.connection;

import dev.skep.agent.torrent.Peer;
import dev.skep.protocol.peerwire.ExtensionHandshake;

/** A change of {@code upload_only} (BEP 21), as libtorrent tells it. We repeat our handshake. */
record UploadOnly(LiveTorrent torrent, Peer peer) implements Extension {
  @Override
  public String name() {
    return ExtensionHandshake.UPLOAD_ONLY;
  }

  @Override
  public void received(byte[] payload) {
    torrent.onlyUploads(peer, payload.length > 0 && payload[0] != 0);
  }
}
