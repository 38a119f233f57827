package dev.skep.agent.connection;

import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;

/** What a connection is about: a torrent at work, or one that is still asked for. */
public sealed interface Topic permits LiveTorrent, MetadataFetch {
  /** What peers are asked for it by. */
  InfoHash infoHash();

  /** Whether it has a version 2 alone (BEP 52), which who talks about it must speak. */
  boolean isVersion2Only();

  /** Whether it is known to be private: then nobody may find it but by its trackers (BEP 27). */
  boolean isPrivate();

  /** Whether one more should be dialled. */
  boolean wantsPeers();

  /**
   * Takes a peer whose handshake is done.
   *
   * @param link by which the peer is reached
   * @throws Refused if the connection must not go on
   * @throws NobodyTaken if it is paused or over
   */
  Seat seat(Link link, Endpoint at, PeerId id, Capabilities can) throws Refused, NobodyTaken;
}
