package dev.skep.agent.connection;

import dev.skep.agent.stream.PeerStream;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.encryption.HandshakeForm;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One connection's life: handshake, then a reader and a writer until one of them ends it.
 *
 * <p>The reader, which is the thread that runs {@link #run}, never writes: two peers that both wait
 * for the other to read would wait for ever. What it reads changes the torrent, and the torrent
 * says which writers have something to do. A writer asks the torrent what is due to its peer now,
 * sends that, and sleeps when nothing is.
 *
 * <p>Timeouts are the torrent's decisions (or, before it knows the peer, an alarm's), which close
 * the stream; that ends whatever either thread waits for.
 */
public final class Connection implements Runnable, Link {
  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final long STUCK_NANOS = 120_000_000_000L;

  private static final int READ_BYTES = 256 * 1024;
  private static final int TURN_BYTES = 256 * 1024;

  private final PeerStream stream; // as it was before anything was agreed on
  private final HandshakeExchange.@Nullable Dialled dialledFor;
  private final ConnectionOwner owner;
  private final AtomicReference<@Nullable Drop> why = new AtomicReference<>();
  private final AtomicBoolean due = new AtomicBoolean();

  private HandshakeExchange.@Nullable Agreed agreed;
  private volatile @Nullable Seat seat;
  private volatile String client = "";
  private volatile boolean encrypted;
  private volatile @Nullable Thread writer;
  private volatile long writingSince;
  private volatile long bodySince; // when the body that is being read began; 0: none is
  private volatile boolean moved;
  private boolean joined;
  private boolean nodeHeard; // the reader's

  // The writer's own.
  private boolean greeted;
  private boolean extended; // so the peer's handshake says
  private boolean dhtSaid; // that too
  private boolean uploadOnlyTold;
  private boolean limited; // by a rate limit, when it served last
  private long mayServeAt = System.nanoTime();
  private int limitChanges; // when that was said

  private Connection(
      PeerStream stream, HandshakeExchange.@Nullable Dialled dialledFor, ConnectionOwner owner) {
    this.stream = stream;
    this.dialledFor = dialledFor;
    this.owner = owner;
  }

  /** Of a peer that dialled us. */
  public static Connection accepted(PeerStream stream, ConnectionOwner owner) {
    return new Connection(stream, null, owner);
  }

  /**
   * To a peer that we dialled.
   *
   * @param form how to begin
   */
  public static Connection dialled(
      PeerStream stream, Topic about, HandshakeForm form, ConnectionOwner owner) {
    return new Connection(stream, new HandshakeExchange.Dialled(about, form), owner);
  }

  public Endpoint at() {
    return stream.at();
  }

  /** Whether the peer dialled us. */
  public boolean incoming() {
    return dialledFor == null;
  }

  /** Whether the handshake was done and the torrent took the peer. Asked after the end. */
  public boolean joined() {
    return joined;
  }

  /** Whether any block came or went. */
  public boolean moved() {
    return moved;
  }

  /** As it said in its handshake, which has to be done. */
  public PeerId peerId() {
    return agreed().theirs().peerId();
  }

  @Override
  public String name() {
    return client;
  }

  @Override
  public boolean isEncrypted() {
    return encrypted;
  }

  /** Lives until the connection is over. Must run on a virtual thread of its own. */
  @Override
  public void run() {
    // The reason stands before the stream is ended: what that does to the writer is no reason.
    Drop told = close(end());
    Seat taken = seat;
    if (taken != null) {
      taken.extensions().ended();
      taken.leave(told.reason().isMisconduct() ? Reason.MISCONDUCT : Reason.CLOSED);
    }
    LOG.log(
        Level.DEBUG, "{0} {1} ended: {2}, {3}", at(), client, told.reason().label(), told.detail());
    owner.drops().count(told.reason());
    owner.ended(this, told);
  }

  /** Lives, and tells how that ended as the reader saw it. */
  private Drop end() {
    try {
      live();
      return Drop.of(Reason.CLOSED, "the peer closed the connection");
    } catch (Refused e) {
      return Drop.of(e);
    } catch (Misconduct e) {
      return Drop.of(e);
    } catch (ProtocolException e) {
      String detail = String.valueOf(e.getMessage());
      return agreed == null
          ? new Drop(DropReason.HANDSHAKE_INVALID, detail)
          : Drop.of(Reason.MISCONDUCT, detail);
    } catch (NobodyTaken e) {
      return Drop.of(Reason.STOPPED, String.valueOf(e.getMessage()));
    } catch (HandshakeExchange.NotOurs e) {
      DropReason began =
          e.form() == HandshakeForm.PLAIN
              ? DropReason.HANDSHAKE_PLAIN
              : DropReason.HANDSHAKE_ENCRYPTED;
      return new Drop(began, String.valueOf(e.getMessage()));
    } catch (HandshakeExchange.HungUp e) {
      return new Drop(DropReason.HANDSHAKE_HUNG_UP, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Drop.of(Reason.IO_ERROR, e.toString());
    } catch (InterruptedException e) {
      return Drop.of(Reason.STOPPED, "interrupted");
    } catch (RuntimeException | Error e) {
      return fault("reader", e);
    }
  }

  /** A mistake of ours costs the connection, never a thread that others count on. */
  private Drop fault(String thread, Throwable e) {
    LOG.log(Level.WARNING, "the " + thread + " of the connection to " + at() + " failed", e);
    return new Drop(DropReason.INTERNAL_ERROR, thread + ": " + e);
  }

  private void live()
      throws IOException, ProtocolException, Refused, Misconduct, InterruptedException {
    HandshakeExchange.Agreed now =
        new HandshakeExchange(stream, owner)
            .agree(
                dialledFor,
                () -> close(new Drop(DropReason.HANDSHAKE_TIMEOUT, "no handshake in time")));
    agreed = now;
    encrypted = now.encrypted();
    Reserved theirs = now.theirs().reserved();
    extended = theirs.extended();
    dhtSaid = theirs.dht();
    client = peerId().client().orElse("");
    Capabilities can =
        new Capabilities(
            theirs.fast(),
            extended,
            theirs.v2() || now.about().isVersion2Only(),
            dialledFor == null,
            owner.isLocal(at()));
    Seat taken = now.about().seat(this, at(), peerId(), can);
    seat = taken;
    joined = true;
    owner.joined(this);
    PeerStream agreedOn = now.stream();
    Thread sender = Thread.ofVirtual().name("skep-write").unstarted(() -> write(agreedOn, taken));
    writer = sender; // before it starts: a wake must find it
    sender.start();
    read(agreedOn, taken);
  }

  private HandshakeExchange.Agreed agreed() {
    HandshakeExchange.Agreed now = agreed;
    if (now == null) {
      throw new IllegalStateException("no handshake yet");
    }
    return now;
  }

  // ---- Reader ----

  private void read(PeerStream from, Seat seat)
      throws IOException, ProtocolException, Misconduct, InterruptedException {
    Limits limits = owner.downLimits(at()).and(seat.downLimits());
    List<Inbound> got = new ArrayList<>();
    try (Inlet inlet = new Inlet(from, owner.memory(), seat.wireLimits())) {
      while (readOnce(inlet, limits, seat, got)) {}
    } finally {
      release(got); // what came before bytes that cannot be a peer's
    }
  }

  /**
   * A turn of the reader; false at the end of the stream. A method of its own since the JVM
   * compiles what is called often, but not soon a loop that never ends.
   */
  private boolean readOnce(Inlet inlet, Limits limits, Seat seat, List<Inbound> got)
      throws IOException, ProtocolException, Misconduct, InterruptedException {
    int n = inlet.receive(limits.turnBytes(READ_BYTES), got);
    if (n < 0) {
      return false;
    }
    owner.wireBytes().received(n);
    timeBody(inlet);
    handOver(got, seat);
    long now = System.nanoTime();
    long wait = limits.pay(n, now);
    if (wait > 0) {
      long began = bodySince;
      bodySince = 0; // it is us who hold it up
      limits.sleep(wait);
      long back = System.nanoTime();
      limits.waited(back);
      if (began != 0) {
        bodySince = began + back - now;
      }
    }
    return true;
  }

  private void timeBody(Inlet inlet) {
    if (!inlet.isInBody()) {
      if (bodySince != 0) {
        bodySince = 0;
      }
    } else if (inlet.beganBody() || bodySince == 0) {
      bodySince = System.nanoTime() | 1; // never 0
    }
  }

  /** In their order: what an extended message tells may change what a message before it told. */
  private void handOver(List<Inbound> got, Seat seat) throws ProtocolException, Misconduct {
    int handed = 0; // they are the torrent's from then on, whatever it thinks of them
    try {
      for (int i = 0; i < got.size(); i++) {
        Inbound each = got.get(i);
        if (each instanceof Inbound.Message(PeerMessage.Extended extended)) {
          List<Inbound> before = got.subList(handed, i);
          handed = i;
          if (!before.isEmpty()) {
            seat.received(before);
          }
          if (extended.id() == 0) {
            introduced(ExtensionHandshake.decode(extended.payload()), seat);
          } else {
            seat.extensions().received(extended);
          }
          wake(); // it may be answered
        } else if (each instanceof Inbound.Block && !moved) {
          moved = true;
        } else if (each instanceof Inbound.Message(PeerMessage.Port(int port))) {
          hearOfNode(port);
        }
      }
      if (!got.isEmpty()) {
        List<Inbound> rest = handed == 0 ? got : got.subList(handed, got.size());
        handed = got.size();
        seat.received(rest);
      }
    } finally {
      release(got.subList(handed, got.size()));
      got.clear();
    }
  }

  private void release(List<Inbound> all) {
    for (Inbound each : all) {
      if (each instanceof Inbound.Block(var _, ByteBuffer slot)) {
        owner.memory().release(slot);
      }
    }
  }

  /** Once: a peer must not have us knock at many doors. */
  private void hearOfNode(int port) {
    if (!nodeHeard && port > 0 && !agreed().about().isPrivate()) {
      nodeHeard = true;
      owner.dhtNode(new Endpoint(at().address(), port));
    }
  }

  /** Each gets of the peer's handshake what is its own. */
  private void introduced(ExtensionHandshake handshake, Seat seat) throws Misconduct {
    handshake.client().ifPresent(name -> client = name);
    handshake.yourAddress().ifPresent(us -> owner.seenAt(at(), us));
    seat.introduced(handshake);
    seat.extensions().introduced(handshake);
  }

  // ---- Writer ----

  private void write(PeerStream to, Seat seat) {
    try {
      writeUntilClosed(to, seat);
    } catch (DataUnreadable e) {
      close(new Drop(DropReason.DATA_UNREADABLE, String.valueOf(e.getMessage())));
      seat.dataUnreadable();
    } catch (IOException e) {
      close(Drop.of(Reason.IO_ERROR, e.toString()));
    } catch (RuntimeException | Error e) {
      close(fault("writer", e));
    }
  }

  private void writeUntilClosed(PeerStream to, Seat seat) throws IOException {
    Limits limits = owner.upLimits(at()).and(seat.upLimits());
    Outlet outlet = new Outlet(to, seat);
    while (stream.isOpen()) {
      writeOnce(outlet, limits, seat);
    }
  }

  /** A turn of the writer; a method of its own as {@link #readOnce} is. */
  private void writeOnce(Outlet outlet, Limits limits, Seat seat) throws IOException {
    due.set(false);
    long now = System.nanoTime();
    int turn = limits.turnBytes(TURN_BYTES);
    int changes = limits.changes();
    if (changes != limitChanges) {
      limitChanges = changes;
      mayServeAt = now;
    }
    if (!greeted) {
      greet(outlet, seat);
    }
    seat.next(outlet, now - mayServeAt >= 0 ? turn : 0, now);
    if (extended) {
      tellUploadOnly(outlet, seat);
      seat.extensions().next(outlet, now);
    }
    if (outlet.isEmpty()) {
      rest(mayServeAt - now);
      return;
    }
    moved |= outlet.hasBlocks();
    if (limited && outlet.hasBlocks()) {
      limited = false;
      limits.waited(now);
    }
    writingSince = now;
    long sent = outlet.flush();
    owner.wireBytes().sent(sent);
    writingSince = 0;
    long wait = limits.pay(sent, now);
    mayServeAt = now + wait;
    limited = wait > 0;
  }

  /** The bitfield must come first (BEP 3), and the extension handshake follows it (BEP 10). */
  private void greet(Outlet outlet, Seat seat) {
    greeted = true;
    seat.greet(outlet);
    if (extended) {
      uploadOnlyTold = seat.uploadOnly();
      outlet.message(greeting(seat, uploadOnlyTold));
    }
    OptionalInt node = owner.dhtPort();
    if (node.isPresent() && dhtSaid && !agreed().about().isPrivate()) {
      outlet.message(new PeerMessage.Port(node.getAsInt()));
    }
  }

  private void tellUploadOnly(Outlet outlet, Seat seat) {
    boolean uploadOnly = seat.uploadOnly();
    if (uploadOnly != uploadOnlyTold) {
      outlet.message(greeting(seat, uploadOnly));
      uploadOnlyTold = uploadOnly;
    }
  }

  /** Sleeps until woken, or until the rate limit lets blocks go again. */
  private void rest(long limitedNanos) {
    while (!due.get() && stream.isOpen()) {
      if (limitedNanos > 0) {
        LockSupport.parkNanos(this, Math.min(limitedNanos, Limits.LOOK_NANOS));
        return;
      }
      LockSupport.park(this);
    }
  }

  private PeerMessage greeting(Seat seat, boolean uploadOnly) {
    ExtensionHandshake handshake =
        new ExtensionHandshake(
            seat.extensions().ourIds(),
            Optional.of(owner.self().clientName()),
            OptionalInt.of(owner.self().listenPort()),
            OptionalInt.of(seat.maxWaitingRequests()),
            seat.metadataBytes(),
            Optional.of(at().address()),
            Optional.of(uploadOnly));
    return new PeerMessage.Extended(0, handshake.encode());
  }

  // ---- What others call ----

  @Override
  public void wake() {
    if (!due.getAndSet(true)) {
      LockSupport.unpark(writer);
    }
  }

  @Override
  public void close(Reason reason) {
    close(Drop.of(reason, "decided here"));
  }

  /**
   * Ends the connection, whatever its threads are waiting for.
   *
   * @return the reason that counts, which is the first
   */
  Drop close(Drop reason) {
    Drop first = why.compareAndExchange(null, reason);
    stream.abort();
    wake();
    return first == null ? reason : first;
  }

  @Override
  public void closeIfStuck(long now, long bodyNanos) {
    long since = writingSince;
    if (since != 0 && now - since > STUCK_NANOS) {
      close(new Drop(DropReason.NOT_READING, "takes nothing we send"));
    }
    Seat taken = seat;
    if (taken != null && taken.extensions().isDue(now)) {
      wake();
    }
    long began = bodySince;
    if (began != 0 && now - began > bodyNanos) {
      close(Drop.of(Reason.STALLED, "began to send a block and did not end"));
    }
  }
}
