package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.PexMessage.Added;
import dev.skep.protocol.peerwire.ProtocolException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * {@code ut_pex} (BEP 11): tells a peer whom we are connected to, and hears the same. Never of
 * private torrents, which have no such extension.
 *
 * <p>What is due is the difference between who is connected and who the peer was told of; so
 * nothing queues, and who came and went between two messages is never named.
 */
final class PeerExchange implements Extension {
  private static final long PAUSE_NANOS = 60_000_000_000L;

  /** Of those who join and of those who are gone, in one message. */
  private static final int MOST_TOLD = 50;

  /** Addresses that are believed of one message, and of one connection. */
  private static final int MOST_BELIEVED = 50;

  private static final int MOST_BELIEVED_IN_ALL = 500;

  /** Messages that come sooner than the pace allows are not read; but nobody may send many. */
  private static final long PACE_NANOS = 45_000_000_000L;

  private static final int MOST_UNREAD = 10;

  private final Acquaintances all;
  private final Endpoint at;
  private final boolean incoming;
  private final Predicate<Endpoint> local;
  private final Consumer<List<Endpoint>> found;
  private final LongSupplier clock;

  private volatile long dueAt;
  private volatile int changesTold = -1; // all up to here, but what did not fit

  // The writer's own.
  private final Set<Endpoint> told = new HashSet<>();

  /** Where the peer can be dialled. The reader learns it, and the writer leaves it out. */
  private volatile Optional<Endpoint> listening;

  // The reader's own.
  private int believed;
  private int unread;
  private boolean heard;
  private long heardAt;

  /**
   * With one peer.
   *
   * @param at the other end of the connection
   * @param incoming whether it dialled us: then it says itself where it listens
   * @param local which addresses are on our network: peers elsewhere neither hear nor tell of them
   * @param found takes addresses that the peer named
   * @param clock monotonic nanoseconds
   */
  PeerExchange(
      Acquaintances all,
      Endpoint at,
      boolean incoming,
      Predicate<Endpoint> local,
      Consumer<List<Endpoint>> found,
      LongSupplier clock) {
    this.all = all;
    this.at = at;
    this.incoming = incoming;
    this.local = local;
    this.found = found;
    this.clock = clock;
    dueAt = clock.getAsLong();
    listening = incoming ? Optional.empty() : Optional.of(at);
    listening.ifPresent(peer -> all.met(this, new Added(peer, Added.REACHABLE)));
  }

  @Override
  public String name() {
    return ExtensionHandshake.UT_PEX;
  }

  @Override
  public void introduced(ExtensionHandshake theirs) {
    OptionalInt port = theirs.listenPort();
    if (incoming && port.isPresent()) {
      listening = Optional.of(new Endpoint(at.address(), port.getAsInt()));
    }
    int seed = theirs.uploadOnly().orElse(false) ? Added.SEED : 0;
    int reached = incoming ? 0 : Added.REACHABLE;
    listening.ifPresent(peer -> all.met(this, new Added(peer, seed | reached)));
  }

  @Override
  public void ended() {
    all.parted(this);
  }

  // ---- What we tell ----

  @Override
  public boolean isDue(long now) {
    return now - dueAt >= 0 && all.changes() != changesTold;
  }

  @Override
  public Optional<byte[]> next(long now) {
    if (!isDue(now)) {
      return Optional.empty();
    }
    int changes = all.changes();
    PexMessage message = difference();
    boolean fits = message.added().size() < MOST_TOLD && message.dropped().size() < MOST_TOLD;
    changesTold = fits ? changes : changesTold;
    if (message.added().isEmpty() && message.dropped().isEmpty()) {
      return Optional.empty();
    }
    dueAt = now + PAUSE_NANOS;
    return Optional.of(message.encode());
  }

  private PexMessage difference() {
    Map<Endpoint, Integer> now = new HashMap<>(all.now());
    listening.ifPresent(now::remove); // it knows itself
    List<Endpoint> dropped = new ArrayList<>();
    for (Iterator<Endpoint> i = told.iterator(); i.hasNext() && dropped.size() < MOST_TOLD; ) {
      Endpoint peer = i.next();
      if (!now.containsKey(peer)) {
        dropped.add(peer);
        i.remove();
      }
    }
    List<Added> added = new ArrayList<>();
    now.forEach(
        (peer, flags) -> {
          if (added.size() < MOST_TOLD && isForIt(peer) && told.add(peer)) {
            added.add(new Added(peer, flags));
          }
        });
    return new PexMessage(added, dropped);
  }

  /** Addresses of a network mean nothing elsewhere, or something else. */
  private boolean isForIt(Endpoint peer) {
    return local.test(at) || !local.test(peer);
  }

  // ---- What we hear ----

  @Override
  public void received(byte[] payload) throws ProtocolException, Misconduct {
    long now = clock.getAsLong();
    if (heard && now - heardAt < PACE_NANOS) {
      if (++unread > MOST_UNREAD) {
        throw new Misconduct(
            Misconduct.Kind.FLOOD, unread + " messages of peer exchange, one a minute is due");
      }
      return;
    }
    PexMessage message = PexMessage.decode(payload);
    heard = true;
    heardAt = now;
    unread = 0;
    List<Endpoint> peers = believable(message.added());
    believed += peers.size();
    if (!peers.isEmpty()) {
      found.accept(peers);
    }
  }

  /** Of one address one port: else a peer could have us knock at many doors of one victim. */
  private List<Endpoint> believable(List<Added> added) {
    int most = Math.min(MOST_BELIEVED, MOST_BELIEVED_IN_ALL - believed);
    List<Endpoint> peers = new ArrayList<>();
    Set<InetAddress> addresses = new HashSet<>();
    for (Added each : added) {
      Endpoint peer = each.at();
      if (peers.size() < most
          && isForIt(peer)
          && (local.test(peer) || addresses.add(peer.address()))) {
        peers.add(peer);
      }
    }
    return peers;
  }
}
