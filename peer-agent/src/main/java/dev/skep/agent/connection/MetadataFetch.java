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
import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.HashRange;
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
import org.jspecify.annotations.Nullable;

/**
 * A torrent of which only the hash is known: its peers are asked for the torrent itself (BEP 9),
 * for the hashes of its pieces where it is v2 only (BEP 52), and for nothing else. When it is here
 * all connections end, and the torrent dials the same peers anew: the little that they said of
 * themselves meanwhile is not worth a connection with two lives.
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
    /**
     * The info dictionary is here, and has the hash. Called once.
     *
     * @param layers of files whose pieces could not be checked without, by their roots (BEP 52)
     */
    void fetched(byte[] info, Map<Sha256, byte[]> layers);

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
    private final LayerDrafts.Giver ofLayers = new LayerDrafts.Giver();
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
  private @Nullable Known known; // and its layers are asked for
  private boolean isWhole; // the info dictionary
  private boolean paused;
  private boolean done;

  /** The info dictionary, and what is missing still. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Known(byte[] info, LayerDrafts layers) {}

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

  @Override
  public boolean isPrivate() {
    return false; // as far as anybody knows
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
    Asked asked;
    synchronized (this) {
      admit(at, id);
      giver = drafts.join();
      asked = new Asked(at, id, can.incoming(), giver, System.nanoTime());
      peers.put(link, asked);
    }
    listener.changed();
    return new AskingSeat(link, can, asked.ofLayers, new Asking(giver, at, can.incoming()));
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
        if (known != null) {
          known.layers.leave(gone.ofLayers);
        }
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
            if (isLate(peer, now)) {
              late.add(link);
            } else if (!mayGive(peer) && now - peer.joinedAt > PATIENCE_NANOS) {
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

  private boolean isLate(Asked peer, long now) {
    return known == null ? drafts.isLate(peer.giver, now) : known.layers.isLate(peer.ofLayers, now);
  }

  private boolean mayGive(Asked peer) {
    return known == null ? peer.giver.offers() : !known.layers.isUseless(peer.ofLayers);
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

  /** The info dictionary is here; of a v2 torrent its files' hashes may not be. */
  private void arrived(byte[] info) {
    List<Metainfo.MissingLayer> missing = version2Only ? missingLayers(info) : List.of();
    if (missing.isEmpty() || LayerDrafts.bytes(missing) > LayerDrafts.MOST_BYTES) {
      finish(info, Map.of());
      return;
    }
    List<Link> all;
    synchronized (this) {
      known = new Known(info, new LayerDrafts(missing));
      all = List.copyOf(peers.keySet());
    }
    all.forEach(Link::wake);
  }

  private static List<Metainfo.MissingLayer> missingLayers(byte[] info) {
    try {
      return Metainfo.ofInfo(info, List.of()).missingLayers();
    } catch (MetainfoException e) {
      return List.of(); // told by who reads it next
    }
  }

  private void finish(byte[] info, Map<Sha256, byte[]> layers) {
    synchronized (this) {
      if (done) {
        return;
      }
      done = true;
    }
    disconnect(); // before they are dialled again
    listener.fetched(info, layers);
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
        MetadataFetch.this.arrived(whole.get());
      }
    }

    private Optional<byte[]> arrived(MetadataMessage.Data data) throws Misconduct {
      synchronized (MetadataFetch.this) {
        Optional<byte[]> whole = done || isWhole ? Optional.empty() : drafts.arrived(giver, data);
        isWhole |= whole.isPresent();
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
        OptionalInt piece = done || isWhole ? OptionalInt.empty() : drafts.next(giver, now);
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
    private final LayerDrafts.Giver giver;
    private final Extensions extensions;

    /** Hashes that the peer asked for, which we have not. */
    private final Queue<HashRange> refused = new ConcurrentLinkedQueue<>();

    private int messages;

    AskingSeat(Link link, Capabilities can, LayerDrafts.Giver giver, Asking asking) {
      this.link = link;
      this.can = can;
      this.giver = giver;
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
    public void next(Outbox out, int budgetBytes, long now) {
      for (HashRange range = refused.poll(); range != null; range = refused.poll()) {
        out.hashes(range);
      }
      synchronized (MetadataFetch.this) {
        Optional<HashRange> range = ask(now);
        while (range.isPresent()) {
          out.message(new PeerMessage.HashRequest(range.get()));
          range = ask(now);
        }
      }
    }

    private Optional<HashRange> ask(long now) {
      return known == null || done ? Optional.empty() : known.layers.next(giver, now);
    }

    @Override
    public void received(List<Inbound> all) throws Misconduct {
      for (Inbound each : all) {
        if (each instanceof Inbound.Block(var _, ByteBuffer slot)) {
          memory.release(slot);
        }
      }
      for (Inbound each : all) {
        messages += each instanceof Inbound.Message(var message) && isAnswer(message) ? 0 : 1;
      }
      if (messages > MOST_MESSAGES) {
        throw new Misconduct(Misconduct.Kind.FLOOD, messages + " messages of no use");
      }
    }

    /** Whether it is of use here. */
    private boolean isAnswer(PeerMessage message) throws Misconduct {
      boolean asked =
          switch (message) {
            case PeerMessage.Hashes(HashRange range, byte[] hashes) -> arrived(range, hashes);
            case PeerMessage.HashReject(HashRange range) -> rejected(range);
            case PeerMessage.HashRequest(HashRange range) -> {
              if (refused.size() < MOST_REFUSED) {
                refused.add(range);
              }
              link.wake();
              yield false;
            }
            default -> false;
          };
      if (asked) {
        link.wake(); // for the next
      }
      return asked;
    }

    private boolean arrived(HashRange range, byte[] hashes) throws Misconduct {
      Known now;
      Map<Sha256, byte[]> whole;
      synchronized (MetadataFetch.this) {
        now = known;
        if (now == null || done || !now.layers.arrived(giver, range, hashes)) {
          return false;
        }
        whole = now.layers.isWhole() ? now.layers.layers() : Map.of();
      }
      if (!whole.isEmpty()) {
        finish(now.info, whole);
      }
      return true;
    }

    private boolean rejected(HashRange range) {
      synchronized (MetadataFetch.this) {
        return known != null && known.layers.rejected(giver, range);
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
