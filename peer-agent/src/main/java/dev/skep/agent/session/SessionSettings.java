package dev.skep.agent.session;

import dev.skep.agent.storage.Descriptors;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a {@link Session} is opened with. {@link #defaults()} suits a small machine; change single
 * values through {@link #change()}.
 *
 * @param bind the local address to listen on and to connect from; the wildcard address for all
 * @param port the TCP port to listen on; 0 lets the system choose
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
    Optional<Path> stateFolder) {

  /** Listens on every address and a port of the system's choice, without rate limits. */
  public static SessionSettings defaults() {
    return new Builder().build();
  }

  /** A builder that starts from these values. */
  public Builder change() {
    Builder b = new Builder();
    b.bind = bind;
    b.port = port;
    b.self = self;
    b.clientName = clientName;
    b.maxDownBytesPerSecond = maxDownBytesPerSecond;
    b.maxUpBytesPerSecond = maxUpBytesPerSecond;
    b.localNetwork = localNetwork;
    b.limitLocalNetwork = limitLocalNetwork;
    b.maxConnections = maxConnections;
    b.maxConnectionsPerTorrent = maxConnectionsPerTorrent;
    b.maxHalfOpen = maxHalfOpen;
    b.maxConnectionsPerAddress = maxConnectionsPerAddress;
    b.handshakeTimeout = handshakeTimeout;
    b.pieceMemoryBytes = pieceMemoryBytes;
    b.workers = workers;
    b.maxOpenFiles = maxOpenFiles;
    b.maxActiveDownloads = maxActiveDownloads;
    b.maxActiveSeeds = maxActiveSeeds;
    b.stateFolder = stateFolder;
    return b;
  }

  /** Mirrors the record, one method per value. */
  public static final class Builder {
    private InetAddress bind = Addresses.ANY;
    private int port;
    private PeerId self = PeerIds.random();
    private String clientName = "Skep 0.1";
    private long maxDownBytesPerSecond;
    private long maxUpBytesPerSecond;
    private Predicate<Endpoint> localNetwork = Endpoint::isLocalNetwork;
    private boolean limitLocalNetwork = true;
    private int maxConnections = Descriptors.forConnections(1000);
    private int maxConnectionsPerTorrent = 200;
    private int maxHalfOpen = 32;
    private int maxConnectionsPerAddress = 4;
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private long pieceMemoryBytes = 64L << 20;
    private int workers = Runtime.getRuntime().availableProcessors();
    private int maxOpenFiles = Descriptors.forFiles(128);
    private int maxActiveDownloads = 20;
    private int maxActiveSeeds;
    private Optional<Path> stateFolder = Optional.empty();

    private Builder() {}

    public Builder bind(InetAddress value) {
      bind = value;
      return this;
    }

    public Builder port(int value) {
      port = value;
      return this;
    }

    public Builder self(PeerId value) {
      self = value;
      return this;
    }

    public Builder clientName(String value) {
      clientName = value;
      return this;
    }

    public Builder maxDownBytesPerSecond(long value) {
      maxDownBytesPerSecond = value;
      return this;
    }

    public Builder maxUpBytesPerSecond(long value) {
      maxUpBytesPerSecond = value;
      return this;
    }

    public Builder localNetwork(Predicate<Endpoint> value) {
      localNetwork = value;
      return this;
    }

    public Builder limitLocalNetwork(boolean value) {
      limitLocalNetwork = value;
      return this;
    }

    public Builder maxConnections(int value) {
      maxConnections = value;
      return this;
    }

    public Builder maxConnectionsPerTorrent(int value) {
      maxConnectionsPerTorrent = value;
      return this;
    }

    public Builder maxHalfOpen(int value) {
      maxHalfOpen = value;
      return this;
    }

    public Builder maxConnectionsPerAddress(int value) {
      maxConnectionsPerAddress = value;
      return this;
    }

    public Builder handshakeTimeout(Duration value) {
      handshakeTimeout = value;
      return this;
    }

    public Builder pieceMemoryBytes(long value) {
      pieceMemoryBytes = value;
      return this;
    }

    public Builder workers(int value) {
      workers = value;
      return this;
    }

    public Builder maxOpenFiles(int value) {
      maxOpenFiles = value;
      return this;
    }

    public Builder maxActiveDownloads(int value) {
      maxActiveDownloads = value;
      return this;
    }

    public Builder maxActiveSeeds(int value) {
      maxActiveSeeds = value;
      return this;
    }

    public Builder stateFolder(Path value) {
      stateFolder = Optional.of(value);
      return this;
    }

    public SessionSettings build() {
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
          stateFolder);
    }
  }
}
