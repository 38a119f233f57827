package dev.skep.agent.session;

import dev.skep.agent.connection.Connection;
import dev.skep.agent.connection.Drops;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.Surroundings;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Dials the addresses that transfers know, a bounded number at once. Safe for many threads. */
final class Dialler {
  private static final Logger LOG = System.getLogger(Dialler.class.getName());
  private static final int CONNECT_MILLIS = 8_000;

  private final SessionSettings settings;
  private final Surroundings around;
  private final Crowd crowd;
  private final Strikes strikes;

  /** Whom each connection that we dialled belongs to. */
  private final Map<Connection, Transfer> dialled = new ConcurrentHashMap<>();

  private int halfOpen;

  Dialler(SessionSettings settings, Surroundings around, Crowd crowd, Strikes strikes) {
    this.settings = settings;
    this.around = around;
    this.crowd = crowd;
    this.strikes = strikes;
  }

  /** Dials one address of each transfer in turn, as long as there are any and there is room. */
  void dial(Collection<Transfer> transfers) {
    boolean any = true;
    while (any) {
      any = false;
      for (Transfer transfer : transfers) {
        any |= dialOne(transfer);
      }
    }
  }

  private boolean dialOne(Transfer transfer) {
    Optional<LiveTorrent> live = transfer.live().filter(LiveTorrent::wantsPeers);
    if (live.isEmpty() || !beginHalfOpen()) {
      return false;
    }
    Endpoint at = transfer.book().take(System.nanoTime());
    if (at == null) {
      endHalfOpen();
      return false;
    }
    if (strikes.bans(at.address(), System.nanoTime()) || !crowd.enter(at, around.isLocal(at))) {
      endHalfOpen();
      transfer.book().done(at, PeerBook.End.REFUSED, System.nanoTime());
      return false;
    }
    Thread.ofVirtual().name("skep-read").start(() -> connect(transfer, live.get(), at));
    return true;
  }

  private void connect(Transfer transfer, LiveTorrent live, Endpoint at) {
    try {
      SocketChannel channel = open(at);
      Connection connection = Connection.dialled(channel, at, live, around);
      dialled.put(connection, transfer);
      connection.run();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} cannot be dialled: {1}", at, e.toString());
      around.drops().count(new Drops.Why("dial_failed", e.toString()));
      crowd.leave(at);
      endHalfOpen();
      transfer.book().done(at, PeerBook.End.REFUSED, System.nanoTime());
    }
  }

  private SocketChannel open(Endpoint at) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      if (!settings.bind().isAnyLocalAddress()) {
        channel.bind(new InetSocketAddress(settings.bind(), 0));
      }
      channel.socket().connect(new InetSocketAddress(at.address(), at.port()), CONNECT_MILLIS);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private synchronized boolean beginHalfOpen() {
    if (halfOpen >= settings.maxHalfOpen()) {
      return false;
    }
    halfOpen++;
    return true;
  }

  private synchronized void endHalfOpen() {
    halfOpen--;
  }

  /** A connection has finished its handshake. */
  void joined(Connection connection) {
    if (dialled.containsKey(connection)) {
      endHalfOpen();
    }
  }

  /** A connection is over. */
  void ended(Connection connection, Drops.Why why) {
    Transfer transfer = dialled.remove(connection);
    if (transfer == null) {
      return;
    }
    if (!connection.joined()) {
      endHalfOpen();
    }
    if (why.isSelf()) {
      transfer.book().forget(connection.at());
    } else {
      transfer.book().done(connection.at(), end(connection, why), System.nanoTime());
    }
  }

  private static PeerBook.End end(Connection connection, Drops.Why why) {
    if (why.isOurStop()) {
      return PeerBook.End.OURS;
    }
    if (!connection.joined()) {
      return PeerBook.End.REFUSED;
    }
    return connection.moved() ? PeerBook.End.USEFUL : PeerBook.End.USELESS;
  }
}
