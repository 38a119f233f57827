package dev.skep.agent.session;

import dev.skep.agent.connection.Connection;
import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.Drop;
import dev.skep.agent.connection.DropReason;
import dev.skep.agent.connection.Drops;
import dev.skep.agent.connection.Encrypting;
import dev.skep.agent.connection.Faults;
import dev.skep.agent.connection.Limits;
import dev.skep.agent.connection.Topic;
import dev.skep.agent.connection.TorrentKey;
import dev.skep.agent.connection.WireBytes;
import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.agent.discovery.LocalDiscovery;
import dev.skep.agent.discovery.TrackerClient;
import dev.skep.agent.discovery.TrackerException;
import dev.skep.agent.session.content.SharedDisk;
import dev.skep.agent.session.peers.Acceptor;
import dev.skep.agent.session.peers.AddressBans;
import dev.skep.agent.session.peers.ConnectionCount;
import dev.skep.agent.session.peers.Dialler;
import dev.skep.agent.session.peers.OwnAddresses;
import dev.skep.agent.storage.BlockMemory;
import dev.skep.agent.storage.DiskFigures;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.OpenFiles;
import dev.skep.agent.stream.Connector;
import dev.skep.agent.stream.TcpConnector;
import dev.skep.agent.webseed.Web;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.TrackerReply;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * One agent at work: it listens, dials, and moves any number of torrents. Everything that they
 * share is here: the port, the limits, the memory for blocks, the disk workers, the open files.
 */
public final class Session implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Session.class.getName());
  static final Duration GOODBYE = Duration.ofSeconds(3);
  private static final int LOCAL_FACTOR = 32;
  private static final int MOST_TRIES = 10;
  private static final long ASK_BACK_NANOS = 60_000_000_000L;

  private final SessionSettings settings;
  private final Connector connector;
  private final BlockMemory memory;
  private final OpenFiles openFiles;
  private final DiskWorkers workers;
  private final SessionClock clock;
  private final SharedDisk disk;
  private final TrackerClient trackers;
  private final Web web;
  private final Throttle throttle;
  private final Drops drops = new Drops();
  private final Faults faults = new Faults();
  private final WireBytes wireBytes = new WireBytes();
  private final LongAdder joinedIn = new LongAdder();
  private final LongAdder joinedOut = new LongAdder();
  private final OwnAddresses own;
  private final AddressBans bans = new AddressBans();
  private final Encrypting encrypting;
  private final Dialler dialler;
  private final ConnectionCount connections;
  private final ActiveQueue queue;
  private final LocalDiscovery neighbours;
  private final Optional<DhtPresence> dht;

  private final Transfers transfers = new Transfers();
  private final ConnectionOwner connectionOwner = new Shared();
  private volatile long askedBackAt = System.nanoTime() - ASK_BACK_NANOS;
  private DiskFigures.Seen diskSeen = DiskFigures.Seen.NOTHING; // for the clock, as the next
  private long diskSeenAt = System.nanoTime();
  private volatile DiskLoad diskLoad = DiskLoad.NONE;
  private volatile boolean closed;

  private Session(SessionSettings settings, Connector connector, Optional<DatagramPort> udp) {
    this.settings = settings;
    this.connector = connector;
    own = new OwnAddresses(connector.listening(), ThreadLocalRandom.current().nextInt());
    memory = new BlockMemory(settings.pieceMemoryBytes());
    openFiles = new OpenFiles(settings.maxOpenFiles());
    workers = new DiskWorkers(settings.workers());
    clock = new SessionClock();
    disk =
        new SharedDisk(
            openFiles,
            workers,
            new Semaphore(1),
            settings.workers(),
            clock,
            settings.stateFolder());
    trackers = new TrackerClient(settings.bind());
    web = new Web(settings.bind(), settings.clientName(), settings.webRequests());
    encrypting = new Encrypting(settings.encryption());
    throttle = new Throttle(settings.maxDownBytesPerSecond(), settings.maxUpBytesPerSecond());
    connections =
        new ConnectionCount(
            settings.maxConnections(),
            settings.maxConnectionsPerAddress(),
            settings.maxConnectionsPerAddress() * LOCAL_FACTOR);
    queue = new ActiveQueue(settings.maxActiveDownloads(), settings.maxActiveSeeds());
    dialler = new Dialler(settings.maxHalfOpen(), connector, connectionOwner, connections, bans);
    neighbours =
        new LocalDiscovery(
            settings.bind(),
            connector.listening().port(),
            new Neighbourhood(),
            turn -> faults.guard("local discovery", turn),
            new SplittableRandom());
    dht = udp.map(this::presence);
  }

  private DhtPresence presence(DatagramPort udp) {
    return new DhtPresence(
        udp,
        settings.dht().orElseThrow(),
        transfers::of,
        turn -> faults.guard("the UDP port", turn));
  }

  /**
   * Binds the port and begins to listen.
   *
   * @throws BindException if the address and port, which the message names, cannot be had
   */
  public static Session open(SessionSettings settings) throws IOException {
    // A port that TCP has free may be taken for UDP: where any will do, another is.
    for (int more = settings.port() == 0 ? MOST_TRIES : 0; ; more--) {
      Connector connector = TcpConnector.open(settings.bind(), settings.port());
      try {
        return open(settings, connector);
      } catch (BindException e) {
        connector.close();
        if (more <= 0) {
          throw e;
        }
      }
    }
  }

  /**
   * Meets its peers by this connector, which it closes in the end.
   *
   * @throws BindException if the UDP port of the same number is wanted and cannot be had
   */
  static Session open(SessionSettings settings, Connector connector) throws IOException {
    Optional<DatagramPort> udp = Optional.empty();
    if (settings.dht().isPresent()) {
      udp = Optional.of(DatagramPort.open(settings.bind(), connector.listening().port()));
    }
    Session session = new Session(settings, connector, udp);
    new Acceptor(connector, session.connectionOwner, session.connections, session.bans).start();
    var _ = session.clock.scheduleWithFixedDelay(session::eachSecond, 1, 1, TimeUnit.SECONDS);
    return session;
  }

  /** The address and port that peers can dial. */
  public Endpoint listening() {
    return connector.listening();
  }

  SessionSettings settings() {
    return settings;
  }

  /**
   * Begins to move a torrent: checks what is on disk, then downloads what is missing, and seeds.
   *
   * @param folder where the torrent's file or folder is, or will be made
   * @throws IOException if the torrent is here already, or its data is to be seeded and is not
   *     there
   */
  public Transfer add(Metainfo metainfo, Path folder, TransferOptions options) throws IOException {
    TorrentIdentity identity = TorrentIdentity.of(metainfo);
    Transfer transfer = new Transfer(this, identity, folder, options);
    transfers.claim(identity, transfer);
    if (options.paused()) {
      transfer.pause();
    }
    try {
      transfer.begin(metainfo);
    } catch (IOException e) {
      transfers.release(transfer);
      throw e;
    }
    return transfer;
  }

  /**
   * Begins with a torrent of which no more is known: asks its peers for the torrent itself, unless
   * they gave it before, then moves it.
   *
   * @throws IOException if the torrent is here already, or is known and cannot be moved
   */
  public Transfer add(TorrentIdentity identity, Path folder, TransferOptions options)
      throws IOException {
    Transfer transfer = new Transfer(this, identity, folder, options);
    transfers.claim(identity, transfer);
    Optional<Metainfo> kept = transfer.kept();
    if (options.paused()) {
      transfer.pause();
    }
    if (kept.isEmpty() && !options.paused()) {
      transfer.ask();
    }
    if (kept.isEmpty()) {
      return transfer;
    }
    try {
      learn(transfer, kept.get());
      return transfer;
    } catch (IOException e) {
      transfers.release(transfer);
      throw e;
    }
  }

  /**
   * Goes on with a torrent that only its identity was known of.
   *
   * @throws IOException if this is another torrent, or one that cannot be moved, or is here already
   *     under another of its hashes; the transfer asks on
   */
  public void learn(Transfer transfer, Metainfo metainfo) throws IOException {
    if (!transfer.identity().isOf(metainfo)) {
      throw new IOException(
          metainfo.name() + " is not the torrent " + transfer.identity().infoHash().hex());
    }
    transfers.claim(TorrentIdentity.of(metainfo), transfer);
    transfer.begin(metainfo);
  }

  /** Ends a transfer and forgets it; its data stays. Says {@code stopped} to its trackers. */
  public void remove(Transfer transfer) throws InterruptedException {
    if (transfers.release(transfer)) {
      transfer.stop(GOODBYE);
    }
  }

  public List<Transfer> transfers() {
    return List.copyOf(transfers.all());
  }

  /** Changes the limits over all torrents; 0 for none. */
  public void limit(long downBytesPerSecond, long upBytesPerSecond) {
    throttle.change(downBytesPerSecond, upBytesPerSecond);
  }

  /** Changes how many transfers download, and how many complete ones serve, at once; 0 for all. */
  public void limitActive(int downloads, int seeds) {
    queue.limit(downloads, seeds);
  }

  /** How many connections ended, by reason. */
  public Map<String, Long> drops() {
    return drops.counts();
  }

  /** What went over connections to peers. */
  public WireBytes wireBytes() {
    return wireBytes;
  }

  /** How many handshakes were done, by who dialled: {@code in}, {@code out}. */
  public Map<String, Long> handshakes() {
    return Map.of("in", joinedIn.sum(), "out", joinedOut.sum());
  }

  /** How many announces to trackers ended how. */
  public Map<String, Long> announces() {
    return trackers.announces();
  }

  /** What came from web servers. */
  public long webBytes() {
    return web.receivedBytes();
  }

  /** How often web servers did not give what they were asked for, by what that meant. */
  public Map<String, Long> webTroubles() {
    return web.troubles();
  }

  /** What the disk workers have done. */
  public DiskFigures.Seen diskWork() {
    return workers.seen();
  }

  /** What the disk workers did in the last second. */
  public DiskLoad diskLoad() {
    return diskLoad;
  }

  /** How often a fault in skep was met and survived, by what it was in. */
  public Map<String, Long> faults() {
    return faults.counts();
  }

  /** What a tracker may be told of a torrent that nothing moves. */
  public AnnounceRequest.Builder announcement(InfoHash torrent) {
    return AnnounceRequest.builder(torrent, settings.self(), listening().port());
  }

  /**
   * Tells a tracker something beside the announces that transfers make by themselves. Blocks.
   *
   * @throws TrackerException if it cannot be reached in time or answers nonsense
   */
  public TrackerReply announce(String url, AnnounceRequest request, Duration atMost)
      throws TrackerException, InterruptedException {
    return trackers.announce(url, request, atMost);
  }

  // ---- What transfers use ----

  ConnectionOwner connectionOwner() {
    return connectionOwner;
  }

  SharedDisk disk() {
    return disk;
  }

  DiskWorkers workers() {
    return workers;
  }

  ScheduledExecutorService clock() {
    return clock;
  }

  TrackerClient trackers() {
    return trackers;
  }

  /** The way to web servers. */
  Web web() {
    return web;
  }

  /** Which transfers are at work. */
  ActiveQueue queue() {
    return queue;
  }

  /** Somebody may be dialled who could not be before. */
  void dial() {
    dial(transfers.all().stream().map(Transfer::seeker).toList());
  }

  /** The same for some of the torrents. */
  void dial(List<Dialler.Seeker> seekers) {
    if (!closed) {
      neighbours.begin();
      dialler.dial(seekers);
    }
  }

  private void eachSecond() {
    faults.guard("dialling", dialler::eachSecond);
    faults.guard("dialling", this::dial);
    long now = System.nanoTime();
    lookAtTheDisk(now);
    for (Transfer transfer : transfers.all()) {
      faults.guard("a torrent's second", () -> transfer.eachSecond(now));
    }
    dht.ifPresent(there -> faults.guard("the DHT", () -> there.turn(transfers.all(), now)));
    if (queue.isRotationDue()) {
      // Who takes a turn makes files, and who gives it up saves them: no work for the clock.
      workers.submit(() -> faults.guard("rotation", queue::rotate));
    }
  }

  private void lookAtTheDisk(long now) {
    DiskFigures.Seen seen = workers.seen();
    diskLoad = DiskLoad.between(diskSeen, seen, now - diskSeenAt, settings.workers());
    diskSeen = seen;
    diskSeenAt = now;
  }

  /** What the local network hears of us, and we of it. */
  private final class Neighbourhood implements LocalDiscovery.Owner {
    @Override
    public Collection<InfoHash> torrents() {
      if (!settings.localDiscovery()) {
        return List.of();
      }
      return transfers.all().stream()
          .filter(Transfer::isForStrangers)
          .flatMap(transfer -> transfer.identity().hashes().stream())
          .toList();
    }

    @Override
    public void found(InfoHash infoHash, Endpoint at) {
      transfers.of(infoHash).ifPresent(transfer -> transfer.foundNeighbour(at));
    }

    /** Its DHT is at the same port: so a network without any way out has one of its own. */
    @Override
    public void neighbour(Endpoint at) {
      dht.ifPresent(there -> there.dht().meet(List.of(at)));
    }
  }

  /** How things stand with the DHT, if we are in it. */
  public Optional<Dht.Status> dht() {
    return dht.map(there -> there.dht().status());
  }

  /** A torrent names nodes of the DHT. */
  void meetNodes(List<String> nodes) {
    if (!nodes.isEmpty()) {
      dht.ifPresent(there -> there.dht().meetNamed(nodes));
    }
  }

  /** What was begun in the DHT for these torrents is left: they are private. */
  void leaveDht(Collection<InfoHash> torrents) {
    dht.ifPresent(there -> torrents.forEach(there.dht()::forget));
  }

  /** Our own addresses as others see them. */
  OwnAddresses own() {
    return own;
  }

  /** A peer at this address tried another handshake: by ours it may be reached all the same. */
  private void dialBack(InetAddress address) {
    long now = System.nanoTime();
    boolean known = false;
    for (Transfer transfer : transfers.all()) {
      known |= transfer.book().dialSoon(address, now);
    }
    if (!known && now - askedBackAt > ASK_BACK_NANOS) {
      askedBackAt = now;
      transfers.all().forEach(Transfer::wantPeers); // one of their trackers may know its port
    }
  }

  // ---- What connections see ----

  private final class Shared implements ConnectionOwner {
    @Override
    public Self self() {
      return new Self(settings.self(), settings.clientName(), listening().port());
    }

    @Override
    public Duration handshakeTimeout() {
      return settings.handshakeTimeout();
    }

    @Override
    public BlockMemory memory() {
      return memory;
    }

    @Override
    public ScheduledExecutorService clock() {
      return clock;
    }

    @Override
    public Optional<Topic> topic(TorrentKey key) {
      return transfers.named(key).flatMap(Transfer::topic);
    }

    @Override
    public Optional<InfoHash> infoHash(TorrentKey.Obfuscated key) {
      return transfers
          .named(key)
          .flatMap(
              transfer ->
                  transfer.identity().hashes().stream()
                      .filter(hash -> TorrentKey.Obfuscated.of(hash).equals(key))
                      .findFirst());
    }

    @Override
    public Encrypting encrypting() {
      return encrypting;
    }

    @Override
    public boolean isLocal(Endpoint at) {
      return settings.localNetwork().test(at);
    }

    @Override
    public boolean exchangesPeers() {
      return settings.peerExchange();
    }

    @Override
    public Limits downLimits(Endpoint at) {
      return isExempt(at) ? Limits.NONE : throttle.down();
    }

    @Override
    public Limits upLimits(Endpoint at) {
      return isExempt(at) ? Limits.NONE : throttle.up();
    }

    private boolean isExempt(Endpoint at) {
      return !settings.limitLocalNetwork() && isLocal(at);
    }

    @Override
    public OptionalInt dhtPort() {
      return dht.filter(there -> there.dht().answers()).isPresent()
          ? OptionalInt.of(listening().port())
          : OptionalInt.empty();
    }

    @Override
    public void dhtNode(Endpoint at) {
      dht.ifPresent(there -> there.dht().meet(List.of(at)));
    }

    @Override
    public Drops drops() {
      return drops;
    }

    @Override
    public WireBytes wireBytes() {
      return wireBytes;
    }

    @Override
    public Faults faults() {
      return faults;
    }

    @Override
    public void seenAt(Endpoint peer, InetAddress us) {
      own.seenByPeer(peer.address(), us);
    }

    @Override
    public void joined(Connection connection) {
      (connection.incoming() ? joinedIn : joinedOut).increment();
      dialler.joined(connection);
    }

    @Override
    public void ended(Connection connection, Drop how) {
      connections.leave(connection.at());
      if (how.reason().isMisconduct() && !isLocal(connection.at())) {
        bans.add(connection.at().address(), connection.peerId(), System.nanoTime());
      }
      dialler.ended(connection, how.reason());
      if (how.reason() == DropReason.HANDSHAKE_ENCRYPTED
          || how.reason() == DropReason.HANDSHAKE_PLAIN) {
        dialBack(connection.at().address());
      }
    }
  }

  /**
   * Stops accepting, says {@code stopped} to the trackers, saves what is to be remembered, ends all
   * connections. Takes at most five seconds.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    queue.close();
    neighbours.close();
    dht.ifPresent(DhtPresence::close);
    try {
      connector.close();
      List<Thread> goodbyes = new ArrayList<>();
      for (Transfer transfer : transfers.all()) {
        goodbyes.add(Thread.ofVirtual().start(() -> stop(transfer)));
      }
      for (Thread goodbye : goodbyes) {
        goodbye.join();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the listener failed to close: {0}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clock.shutdownNow();
    workers.close();
    trackers.close();
    web.close();
    try {
      openFiles.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a file failed to close: {0}", e.toString());
    }
  }

  private static void stop(Transfer transfer) {
    try {
      transfer.stop(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
