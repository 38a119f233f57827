package dev.skep.agent.webseed;

import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.Inbound;
import dev.skep.agent.connection.Link;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.NobodyTaken;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A web server as a torrent sees it: a seed that never chokes and wants nothing. What the torrent
 * asks of it becomes a few requests for long parts of files ({@link Fetch}); from the answers on,
 * all is as with a peer: the blocks go into the same memory, and a hash that does not match is the
 * server's fault.
 *
 * <p>A server that gives whole files only is read from their begin on. So it is said to have one
 * piece at a time, the next that is needed.
 */
final class WebLink implements Link, Outbox, Fetch.Taker {
  /** What may be asked of a server at once: 32 MiB. */
  private static final int MOST_ASKED = 2_048;

  private static final int MOST_IN_STRETCH = 1_024;

  /** Less than that is not worth a request of its own beside others. */
  private static final int LEAST_BESIDE = 32;

  /** After such a silence of ours the torrent would take it for gone. */
  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** How long a piece that is needed is offered, while others bring it. */
  private static final long OFFER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LiveTorrent torrent;
  private final ConnectionOwner owner;
  private final WebReader.Server server;
  private final String name;
  private final Bitfield has; // the pieces that it can be asked for
  private final IntConsumer received; // bytes of each block
  private final WebReader forAll; // of a server that gives whole files only
  private final Asked asked;
  private final Set<Fetch> fetches = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean due = new AtomicBoolean(true);
  private final AtomicReference<@Nullable WebTrouble> trouble = new AtomicReference<>();
  private final AtomicReference<@Nullable Reason> ended = new AtomicReference<>();
  private volatile @Nullable Thread driver;
  private volatile @Nullable Peer peer;
  private volatile int spoilt = -1; // a piece that it gave with other data
  private int needed; // a piece that it has and that was needed
  private int offered = -1; // the piece that a server of whole files has now
  private long offeredAt;

  /** Begins with {@link #live}. */
  WebLink(
      LiveTorrent torrent,
      ConnectionOwner owner,
      WebReader.Server server,
      Bitfield has,
      String name,
      IntConsumer received) {
    this.torrent = torrent;
    this.owner = owner;
    this.server = server;
    this.has = has;
    this.name = name;
    this.received = received;
    forAll = new WebReader(server);
    asked = new Asked(server.files().layout());
  }

  /**
   * Lives until the torrent has no use for it, or the server is none.
   *
   * @return why the torrent ended it
   */
  Reason live(Endpoint at, PeerId id) throws WebTrouble, Refused, NobodyTaken {
    driver = Thread.currentThread();
    Capabilities can = new Capabilities(true, false, false, false, owner.isLocal(at), true);
    Peer joined = torrent.join(this, at, id, can);
    peer = joined;
    try {
      torrent.onlyUploads(joined, true);
      torrent.allowsRequests(joined, MOST_ASKED);
      say(joined, has());
      say(joined, PeerMessage.UNCHOKE);
      while (trouble.get() == null && ended.get() == null) {
        turn(joined);
      }
    } catch (Misconduct e) {
      throw WebTrouble.ofServer(String.valueOf(e.getMessage())); // we said it
    } finally {
      fetches.forEach(Fetch::end);
      torrent.leave(joined, Reason.CLOSED);
      while (!fetches.isEmpty()) { // one of them may be opening what is closed next
        LockSupport.park(this);
      }
      forAll.close();
    }
    WebTrouble why = trouble.get();
    if (why != null) {
      throw why;
    }
    Reason reason = ended.get();
    return reason == null ? Reason.CLOSED : reason;
  }

  private PeerMessage has() {
    if (server.whole()) {
      return new PeerMessage.HaveNone();
    }
    return has.isFull() ? PeerMessage.HAVE_ALL : new PeerMessage.Bits(has.toBytes());
  }

  private void say(Peer to, PeerMessage message) throws Misconduct {
    torrent.received(to, List.of(new Inbound.Message(message)));
  }

  /** Asks the torrent what it wants, goes to fetch that, and waits for something to change. */
  private void turn(Peer joined) throws Misconduct, WebTrouble {
    due.set(false);
    torrent.next(joined, this, 0, System.nanoTime());
    while (!asked.isEmpty() && isWorthARequest()) {
      fetch(asked.next(MOST_IN_STRETCH));
    }
    if (server.whole() && fetches.isEmpty()) {
      offerNext(joined);
      return;
    }
    requireUse();
    if (!rest(ALIVE_NANOS)) {
      say(joined, PeerMessage.KEEP_ALIVE);
    }
  }

  /** Others may be asked in its stead when all that is missing is what it has not. */
  private void requireUse() throws WebTrouble {
    if (!fetches.isEmpty() || !asked.isEmpty()) {
      return;
    }
    needed = nextNeeded(needed);
    needed = needed < 0 ? nextNeeded(0) : needed;
    if (needed < 0 && torrent.nextNeeded(0) >= 0) {
      throw WebTrouble.useless("has nothing of what is still missing");
    }
  }

  /** The first piece from there on that is missing and that it has, or -1. */
  private int nextNeeded(int from) {
    int piece = torrent.nextNeeded(from);
    while (piece >= 0 && !has.get(piece)) {
      piece = torrent.nextNeeded(piece + 1);
    }
    return piece;
  }

  /** A piece that it gave with other data than the torrent's, or -1. */
  int spoilt() {
    return spoilt;
  }

  /**
   * Two requests at once keep the line full while one ends and the next begins. A slow server gets
   * one at a time: what is asked of it at once is too little for two.
   */
  private boolean isWorthARequest() {
    int running = fetches.size();
    if (running == 0) {
      return true;
    }
    int most = server.whole() ? 1 : server.web().mostRequests();
    int left = fetches.stream().mapToInt(Fetch::blocksLeft).sum();
    return running < most && asked.count() >= Math.max(LEAST_BESIDE, left / running);
  }

  private void fetch(Stretch stretch) {
    boolean closes = !server.whole();
    Fetch fetch =
        new Fetch(
            stretch,
            server.files(),
            closes ? new WebReader(server) : forAll,
            closes,
            owner.memory(),
            owner.faults(),
            this);
    fetches.add(fetch);
    fetch.start();
  }

  /** Nothing of the piece that is offered is asked for: another is, once nobody needs this one. */
  private void offerNext(Peer joined) throws Misconduct, WebTrouble {
    int next = nextNeeded(offered);
    if (next >= 0 && next == offered) {
      long left = offeredAt + OFFER_NANOS - System.nanoTime();
      if (left > 0) {
        rest(left);
        return;
      }
      next = nextNeeded(offered + 1);
    }
    if (next < 0) {
      requireUse();
      throw WebTrouble.passes("gives whole files only, and was read to their end");
    }
    if (offered >= 0) {
      torrent.lost(joined, offered);
    }
    offered = next;
    offeredAt = System.nanoTime();
    say(joined, new PeerMessage.Have(next));
  }

  /** Returns whether it was woken. */
  private boolean rest(long nanos) {
    long until = System.nanoTime() + nanos;
    long left = nanos;
    while (!due.get() && trouble.get() == null && ended.get() == null && left > 0) {
      LockSupport.parkNanos(this, left);
      left = until - System.nanoTime();
    }
    return left > 0;
  }

  // ---- What the torrent says ----

  @Override
  public void message(PeerMessage message) {
    switch (message) {
      case PeerMessage.Request(BlockRef block) -> asked.add(block);
      case PeerMessage.Cancel(BlockRef block) -> {
        asked.remove(block);
        fetches.forEach(fetch -> fetch.cancel(block));
      }
      default -> {} // nothing else matters to a web server
    }
  }

  @Override
  public void block(BlockRef block) {
    throw new IllegalStateException("a web server asks for nothing");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isWebServer() {
    return true;
  }

  @Override
  public void wake() {
    if (!due.getAndSet(true)) {
      LockSupport.unpark(driver);
    }
  }

  @Override
  public void spoilt(int piece) {
    spoilt = piece;
  }

  @Override
  public void close(Reason reason) {
    ended.compareAndSet(null, reason);
    fetches.forEach(Fetch::end);
    due.set(true);
    LockSupport.unpark(driver);
  }

  @Override
  public void closeIfStuck(long now, long bodyNanos) {
    fetches.forEach(fetch -> fetch.endIfStuck(now, bodyNanos));
  }

  // ---- What fetches say ----

  @Override
  public void take(BlockRef block, ByteBuffer slot) throws Misconduct {
    Peer joined = peer;
    if (joined == null) {
      throw new IllegalStateException("nothing is fetched before it joins");
    }
    received.accept(block.lengthBytes()); // first: with the last one all is published at once
    torrent.received(joined, List.of(new Inbound.Block(block, slot)));
  }

  @Override
  public void failed(WebTrouble why) {
    if (ended.get() == null) { // what breaks off because we end it is nobody's fault
      trouble.compareAndSet(null, why);
    }
  }

  @Override
  public void ended(Fetch fetch) {
    fetches.remove(fetch);
    due.set(true);
    LockSupport.unpark(driver);
  }
}
