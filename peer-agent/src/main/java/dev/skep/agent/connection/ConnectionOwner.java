package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockMemory;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;

/** Whose connections they are: the agent, as each of its connections needs it. */
public interface ConnectionOwner {
  /**
   * What we tell every peer of ourselves.
   *
   * @param clientName name and version, as other clients show them
   * @param listenPort where we accept connections, 1 to 65535
   */
  record Self(PeerId id, String clientName, int listenPort) {}

  Self self();

  /** How long a new connection may take to introduce itself. */
  Duration handshakeTimeout();

  BlockMemory memory();

  /** Runs short tasks that never block. */
  ScheduledExecutorService clock();

  /** What a peer who dialled us wants to talk about, if that is here and takes peers. */
  Optional<Topic> topic(TorrentKey key);

  /** The info-hash that a peer means which names it so, if that torrent is here. */
  Optional<InfoHash> infoHash(TorrentKey.Obfuscated key);

  /** Which handshakes are taken. */
  Encrypting encrypting();

  /** Whether this address is on our local network, whatever its range is. */
  boolean isLocal(Endpoint at);

  /** Whether peers may tell one another of peers (BEP 11), but of private torrents. */
  boolean exchangesPeers();

  /** The agent's own limits for a peer at this address. */
  Limits downLimits(Endpoint at);

  /** The agent's own limits for a peer at this address. */
  Limits upLimits(Endpoint at);

  /** Under which UDP port our node of the DHT answers, if it does (BEP 5). */
  OptionalInt dhtPort();

  /** A peer says that its node of the DHT is there. */
  void dhtNode(Endpoint at);

  Drops drops();

  WireBytes wireBytes();

  /** Guards what runs again and again. */
  Faults faults();

  /** A peer tells at which address it sees us (BEP 10). */
  void seenAt(Endpoint peer, InetAddress us);

  /** A connection's handshake is done, and its torrent took the peer. */
  void joined(Connection connection);

  /** A connection is over; called once for each, on its own thread. */
  void ended(Connection connection, Drop how);
}
