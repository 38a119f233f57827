package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockBodies;
import dev.skep.agent.storage.BlockMemory;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.WireLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * A torrent of which only the hash is known: its peers are asked for the torrent itself (BEP 9),
 * and for nothing else. When it is here all connections end, and the torrent dials the same peers
 * anew: the little that they said of themselves meanwhile is not worth a connection with two lives.
 *
 * <p>Its monitor is held for its own state only, never while a link is closed or a listener called.
 */
public final class MetadataFetch implements Topic, AutoCloseable {
  private static final int MOST_PEERS = 16;
  private static final int MOST_BANNED = 1_000;
  private static final int MOST_REFUSED = 16;

  /** Who has nothing to give leaves room for another. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Most of what a peer says is of no use here; but it may say much when it has much. */
  private static final int MOST_MESSAGES = 100_000;

  /** Who learns what became of it. Called without the monitor. */
  public interface Listener {
    /** The info dictionary is here, and has the hash. Called once. */
    void fetched(byte[] info);

    /** A peer that dialled us can be dialled there. */
    void foundPeer(Endpoint at);

    /** Others are asked than before. */
    void changed();
  }

  /**
   * How things stand.
   *
   * @param asked connected peers that say they have it
   * @param peers all that are connected
   * @param tooLongBytes length of one that nobody takes, if a peer has such a one
   */
  public record Status(int asked, List<Named> peers, OptionalInt tooLongBytes) {
    public Status {
      peers = List.copyOf(peers);
    }
  }

  /** A connected peer with its client's name. */
  public record Named(Endpoint at, String client, boolean incoming) {}

  /** One peer, as it is known here. */
  private static final class Asked {
    private final Endpoint at;
    private final PeerId id;
    private final boolean incoming;
    private final MetadataDrafts.Giver giver;
    private final long joinedAt;

    Asked(Endpoint at, PeerId id, boolean incoming, MetadataDrafts.Giver giver, long joinedAt) {
      this.at = at;
      this.id = id;
      this.incoming = incoming;
      this.giver = giver;
      this.joinedAt = joinedAt;
    }
  }

  private final InfoHash infoHash;
  private final boolean version2Only;
  private final PeerId self;
  private final BlockMemory memory;
  private final Limits down;
  private final Limits up;
  private final Listener listener;

  // Guarded by this.
  private final MetadataDrafts drafts;
  private final Map<Link, Asked> peers = new LinkedHashMap<>();
  private final Set<PeerId> banned = new LinkedHashSet<>();
  private boolean paused;
  private boolean done;

  /**
   * Nobody is asked yet.
   *
   * @param infoHash what peers are asked for it by
   * @param version2Only whether that is a part of the only hash, which is one of version 2
   * @param isIt whether bytes have the hashes that are known
   */
  public MetadataFetch(
      InfoHash infoHash,
      boolean version2Only,
      Predicate<byte[]> isIt,
      ConnectionOwner owner,
      Limits down,
      Limits up,
      Listener listener) {
    this.infoHash = infoHash;
    this.version2Only = version2Only;
    self = owner.self().id();
    memory = owner.memory();
    this.down = down;
    this.up = up;
    this.listener = listener;
    drafts = new MetadataDrafts(isIt);
  }

  @Override
  public InfoHash infoHash() {
    return infoHash;
  }

  @Override
  public boolean isVersion2Only() {
    return version2Only;
  }

  /** Whether it is neither paused nor over. */
  public synchronized boolean isOpen() {
    return !paused && !done;
  }

  @Override
  public synchronized boolean wantsPeers() {
    return isOpen() && peers.size() < MOST_PEERS;
  }

  @Override
  public Seat seat(Link link, Endpoint at, PeerId id, Capabilities can)
      throws Refused, NobodyTaken {
    MetadataDrafts.Giver giver;
    synchronized (this) {
      admit(at, id);
      giver = drafts.join();
      peers.put(link, new Asked(at, id, can.incoming(), giver, System.nanoTime()));
    }
    listener.changed();
    return new AskingSeat(link, can, new Asking(giver, at, can.incoming()));
  }

  private void admit(Endpoint at, PeerId id) throws Refused, NobodyTaken {
    if (!isOpen()) {
      throw new NobodyTaken();
    }
    if (id.equals(self)) {
      throw new Refused(Refused.Kind.SELF, at + " is this agent itself");
    }
    if (banned.contains(id)) {
      throw new Refused(Refused.Kind.BANNED, at + " gave what is not the torrent");
    }
    if (peers.values().stream().anyMatch(other -> other.id.equals(id))) {
      throw new Refused(Refused.Kind.DUPLICATE, at + " is connected already");
    }
    if (peers.size() >= MOST_PEERS) {
      throw new Refused(Refused.Kind.FULL, MOST_PEERS + " peers are connected, the most allowed");
    }
  }

  private void left(Link link, Reason why) {
    List<Link> others;
    synchronized (this) {
      Asked gone = peers.remove(link);
      if (gone != null) {
        drafts.leave(gone.giver);
        ban(gone, why);
      }
      others = List.copyOf(peers.keySet());
    }
    others.forEach(Link::wake); // what it was asked for is theirs to give
    listener.changed();
  }

  private void ban(Asked peer, Reason why) {
    if (why == Reason.MISCONDUCT && banned.size() < MOST_BANNED) {
      banned.add(peer.id);
    }
  }

  // ---- Time, and who asks how things stand ----

  /** Ends connections that lead to nothing; every second or so. */
  public void tick(long now) {
    List<Link> late = new ArrayList<>();
    List<Link> idle = new ArrayList<>();
    List<Link> all;
    synchronized (this) {
      peers.forEach(
          (link, peer) -> {
            if (drafts.isLate(peer.giver, now)) {
              late.add(link);
            } else if (!peer.giver.offers() && now - peer.joinedAt > PATIENCE_NANOS) {
              idle.add(link);
            }
          });
      all = List.copyOf(peers.keySet());
    }
    late.forEach(link -> link.close(Reason.STALLED));
    idle.forEach(link -> link.close(Reason.NOTHING_TO_DO));
    all.forEach(Link::wake); // a piece may be worth asking for once more
    all.forEach(link -> link.closeIfStuck(now, PATIENCE_NANOS));
  }

  public synchronized Status status() {
    List<Named> named = new ArrayList<>();
    peers.forEach((link, peer) -> named.add(new Named(peer.at, link.name(), peer.incoming)));
    int asked = (int) peers.values().stream().filter(peer -> peer.giver.offers()).count();
    return new Status(asked, named, drafts.tooLongBytes());
  }

  /** Ends all connections and takes none, until {@link #resume}. */
  public void pause() {
    synchronized (this) {
      paused = true;
    }
    disconnect();
  }

  public synchronized void resume() {
    paused = false;
  }

  private void disconnect() {
    List<Link> all;
    synchronized (this) {
      all = List.copyOf(peers.keySet());
    }
    all.forEach(link -> link.close(Reason.STOPPED));
  }

  /** Ends all connections; takes no more. */
  @Override
  public void close() {
    synchronized (this) {
      done = true;
    }
    disconnect();
  }

  // ---- One peer ----

  /** {@code ut_metadata} at one connection, as the side that asks. */
  private final class Asking implements Extension {
    private final MetadataDrafts.Giver giver;
    private final Endpoint at;
    private final boolean incoming;

    /** Pieces that the peer asked for, and will not get before we have them ourselves. */
    private final Queue<Integer> refused = new ConcurrentLinkedQueue<>();

    Asking(MetadataDrafts.Giver giver, Endpoint at, boolean incoming) {
      this.giver = giver;
      this.at = at;
      this.incoming = incoming;
    }

    @Override
    public String name() {
      return ExtensionHandshake.UT_METADATA;
    }

    @Override
    public void introduced(ExtensionHandshake theirs) {
      OptionalInt port = theirs.listenPort();
      if (incoming && port.isPresent()) {
        listener.foundPeer(new Endpoint(at.address(), port.getAsInt()));
      }
      OptionalLong size = theirs.metadataBytes();
      if (size.isPresent()) {
        synchronized (MetadataFetch.this) {
          drafts.offered(giver, size.getAsLong());
        }
      }
    }

    @Override
    public void received(byte[] payload) throws ProtocolException, Misconduct {
      Optional<byte[]> whole = Optional.empty();
      switch (MetadataMessage.decode(payload)) {
        case MetadataMessage.Data data -> whole = arrived(data);
        case MetadataMessage.Reject(int piece) -> {
          synchronized (MetadataFetch.this) {
            drafts.rejected(giver, piece);
          }
        }
        case MetadataMessage.Request(int piece) -> {
          if (refused.size() < MOST_REFUSED) {
            refused.add(piece);
          }
        }
        case MetadataMessage.Unknown _ -> {}
      }
      if (whole.isPresent()) {
        disconnect(); // before they are dialled again
        listener.fetched(whole.get());
      }
    }

    private Optional<byte[]> arrived(MetadataMessage.Data data) throws Misconduct {
      synchronized (MetadataFetch.this) {
        Optional<byte[]> whole = done ? Optional.empty() : drafts.arrived(giver, data);
        done |= whole.isPresent();
        return whole;
      }
    }

    @Override
    public Optional<byte[]> next(long now) {
      Integer none = refused.poll();
      if (none != null) {
        return Optional.of(new MetadataMessage.Reject(none).encode());
      }
      synchronized (MetadataFetch.this) {
        OptionalInt piece = done ? OptionalInt.empty() : drafts.next(giver, now);
        return piece.isPresent()
            ? Optional.of(new MetadataMessage.Request(piece.getAsInt()).encode())
            : Optional.empty();
      }
    }
  }

  /** The place of a peer that is asked for the torrent itself. */
  private final class AskingSeat implements Seat {
    private final Link link;
    private final Capabilities can;
    private final Extensions extensions;
    private int messages;

    AskingSeat(Link link, Capabilities can, Asking asking) {
      this.link = link;
      this.can = can;
      extensions = new Extensions(List.of(asking));
    }

    @Override
    public Extensions extensions() {
      return extensions;
    }

    @Override
    public WireLimits wireLimits() {
      return WireLimits.WITHOUT_METAINFO;
    }

    @Override
    public Limits downLimits() {
      return down;
    }

    @Override
    public Limits upLimits() {
      return up;
    }

    @Override
    public void greet(Outbox out) {
      if (can.fast()) {
        out.message(PeerMessage.HAVE_NONE); // must not be left out (BEP 6)
      }
    }

    @Override
    public void next(Outbox out, int budgetBytes, long now) {}

    @Override
    public void received(List<Inbound> all) throws Misconduct {
      for (Inbound each : all) {
        if (each instanceof Inbound.Block(var _, ByteBuffer slot)) {
          memory.release(slot);
        }
      }
      messages += all.size();
      if (messages > MOST_MESSAGES) {
        throw new Misconduct(Misconduct.Kind.FLOOD, messages + " messages of no use");
      }
    }

    @Override
    public void introduced(ExtensionHandshake theirs) {}

    @Override
    public boolean uploadOnly() {
      return false;
    }

    @Override
    public int maxWaitingRequests() {
      return 1; // what we have is nothing
    }

    @Override
    public OptionalLong metadataBytes() {
      return OptionalLong.empty();
    }

    @Override
    public BlockBodies bodies(boolean copies) {
      throw new IllegalStateException("no block is due");
    }

    @Override
    public PieceLayout layout() {
      throw new IllegalStateException("no block is due");
    }

    @Override
    public void dataUnreadable() {}

    @Override
    public void leave(Reason why) {
      left(link, why);
    }
  }
}
