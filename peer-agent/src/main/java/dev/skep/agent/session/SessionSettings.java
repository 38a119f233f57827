package dev.skep.agent.session;

import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.storage.Descriptors;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.encryption.Encryption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a {@link Session} is opened with. {@link #defaults()} suits a small machine; change single
 * values by {@link #with}.
 *
 * @param bind the local address to listen on and to connect from; the wildcard address for all
 * @param port the TCP port to listen on, and the UDP port where one is used; 0 lets the system
 *     choose
 * @param self this session's peer id
 * @param clientName what other clients show for us, for example {@code Skep 0.1}
 * @param maxDownBytesPerSecond over all torrents; 0 for no limit
 * @param maxUpBytesPerSecond over all torrents; 0 for no limit
 * @param localNetwork which addresses are on our local network: they are served without taking a
 *     slot, dialled first, and may share one address; usually the private ranges
 * @param limitLocalNetwork whether the two limits hold for peers of the local network too
 * @param maxConnections over all torrents, at least 1
 * @param maxConnectionsPerTorrent at least 1
 * @param maxHalfOpen outgoing connections that have not finished their handshake, at least 1
 * @param maxConnectionsPerAddress but those of the local network may have 32 times as many
 * @param handshakeTimeout how long a new connection may take to introduce itself
 * @param pieceMemoryBytes bound of the memory that holds blocks until they are hashed and written
 * @param workers platform threads that hash and do file I/O, at least 1
 * @param maxOpenFiles files held open at once, at least 1
 * @param maxActiveDownloads transfers that download at once; more wait for their turn; 0 for no
 *     limit
 * @param maxActiveSeeds complete transfers that serve peers at once; 0 for no limit
 * @param peerExchange whether peers may tell one another of peers (BEP 11), but of private torrents
 * @param localDiscovery whether peers on the local network are found by multicast (BEP 14), but of
 *     private torrents
 * @param dht how to be in the DHT (BEP 5), over the UDP port of the same number; empty: not at all.
 *     No private torrent is in it
 * @param webSeeds whether web servers that a torrent names are asked for its data (BEP 19)
 * @param webRequests how many answers of one of them may be under way at once, at least 1
 * @param encryption which handshakes are taken, and with which we begin
 * @param stateFolder where resume states are kept; empty: in {@code .skep} beside a download, and
 *     nowhere for data that is only seeded
 */
public record SessionSettings(
    InetAddress bind,
    int port,
    PeerId self,
    String clientName,
    long maxDownBytesPerSecond,
    long maxUpBytesPerSecond,
    Predicate<Endpoint> localNetwork,
    boolean limitLocalNetwork,
    int maxConnections,
    int maxConnectionsPerTorrent,
    int maxHalfOpen,
    int maxConnectionsPerAddress,
    Duration handshakeTimeout,
    long pieceMemoryBytes,
    int workers,
    int maxOpenFiles,
    int maxActiveDownloads,
    int maxActiveSeeds,
    boolean peerExchange,
    boolean localDiscovery,
    Optional<DhtSettings> dht,
    boolean webSeeds,
    int webRequests,
    Encryption encryption,
    Optional<Path> stateFolder) {

  /** Every local address, of both families where the system has both. */
  static final InetAddress ANY = new InetSocketAddress(0).getAddress();

  /** Listens on every address and a port of the system's choice, without rate limits. */
  public static SessionSettings defaults() {
    return new Draft().settings();
  }

  /** The same but for what {@code changes} sets: {@code with(s -> s.port = 6881)}. */
  public SessionSettings with(Consumer<Draft> changes) {
    Draft draft = new Draft();
    draft.bind = bind;
    draft.port = port;
    draft.self = self;
    draft.clientName = clientName;
    draft.maxDownBytesPerSecond = maxDownBytesPerSecond;
    draft.maxUpBytesPerSecond = maxUpBytesPerSecond;
    draft.localNetwork = localNetwork;
    draft.limitLocalNetwork = limitLocalNetwork;
    draft.maxConnections = maxConnections;
    draft.maxConnectionsPerTorrent = maxConnectionsPerTorrent;
    draft.maxHalfOpen = maxHalfOpen;
    draft.maxConnectionsPerAddress = maxConnectionsPerAddress;
    draft.handshakeTimeout = handshakeTimeout;
    draft.pieceMemoryBytes = pieceMemoryBytes;
    draft.workers = workers;
    draft.maxOpenFiles = maxOpenFiles;
    draft.maxActiveDownloads = maxActiveDownloads;
    draft.maxActiveSeeds = maxActiveSeeds;
    draft.peerExchange = peerExchange;
    draft.localDiscovery = localDiscovery;
    draft.dht = dht;
    draft.webSeeds = webSeeds;
    draft.webRequests = webRequests;
    draft.encryption = encryption;
    draft.stateFolder = stateFolder;
    changes.accept(draft);
    return draft.settings();
  }

  /** Settings being made; each field is the component of the same name, at its default. */
  public static final class Draft {
    public InetAddress bind = ANY;
    public int port;
    public PeerId self = PeerIds.random();
    public String clientName = "Skep 0.1";
    public long maxDownBytesPerSecond;
    public long maxUpBytesPerSecond;
    public Predicate<Endpoint> localNetwork = Endpoint::isLocalNetwork;
    public boolean limitLocalNetwork = true;
    public int maxConnections = Descriptors.forConnections(1000);
    public int maxConnectionsPerTorrent = 200;
    public int maxHalfOpen = 32;
    public int maxConnectionsPerAddress = 4;
    public Duration handshakeTimeout = Duration.ofSeconds(10);
    public long pieceMemoryBytes = 64L << 20;
    public int workers = Runtime.getRuntime().availableProcessors();
    public int maxOpenFiles = Descriptors.forFiles(128);
    public int maxActiveDownloads = 20;
    public int maxActiveSeeds;
    public boolean peerExchange = true;
    public boolean localDiscovery = true;
    public Optional<DhtSettings> dht = Optional.empty();
    public boolean webSeeds = true;
    public int webRequests = 4;
    public Encryption encryption = Encryption.ALLOW;
    public Optional<Path> stateFolder = Optional.empty();

    private Draft() {}

    private SessionSettings settings() {
      return new SessionSettings(
          bind,
          port,
          self,
          clientName,
          maxDownBytesPerSecond,
          maxUpBytesPerSecond,
          localNetwork,
          limitLocalNetwork,
          maxConnections,
          maxConnectionsPerTorrent,
          maxHalfOpen,
          maxConnectionsPerAddress,
          handshakeTimeout,
          pieceMemoryBytes,
          workers,
          maxOpenFiles,
          maxActiveDownloads,
          maxActiveSeeds,
          peerExchange,
          localDiscovery,
          dht,
          webSeeds,
          webRequests,
          encryption,
          stateFolder);
    }
  }
}
