package dev.skep.agent.session.peers;

import dev.skep.agent.connection.Connection;
import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.DropReason;
import dev.skep.agent.connection.Topic;
import dev.skep.agent.stream.Connector;
import dev.skep.agent.stream.PeerStream;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Dials the addresses that torrents know, a bounded number at once and in each second: more while a
 * download gets nothing, since of a thousand addresses one may be good. Safe for many threads.
 */
public final class Dialler {
  /** A torrent that wants peers. */
  public interface Seeker {
    /** What to talk about with its peers, if it takes any now. */
    Optional<Topic> topic();

    PeerBook book();

    /** It downloads, and nothing came in the last second. */
    boolean isStarving();
  }

  private static final Logger LOG = System.getLogger(Dialler.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** While nothing moves: time for one lost packet. */
  private static final Duration HASTY = Duration.ofMillis(3_500);

  /** So many times as many half-open connections while nothing moves. */
  private static final int HASTE = 4;

  /** So many times {@code maxHalfOpen} addresses are dialled in a second. */
  private static final int DIALS_PER_SECOND = 8;

  private final int maxHalfOpen;
  private final Connector connector;
  private final ConnectionOwner owner;
  private final ConnectionCount connections;
  private final AddressBans bans;

  /** For whom each connection that we dialled was dialled. */
  private final Map<Connection, Seeker> dialled = new ConcurrentHashMap<>();

  private int halfOpen;
  private int dialledThisSecond;

  public Dialler(
      int maxHalfOpen,
      Connector connector,
      ConnectionOwner owner,
      ConnectionCount connections,
      AddressBans bans) {
    this.maxHalfOpen = maxHalfOpen;
    this.connector = connector;
    this.owner = owner;
    this.connections = connections;
    this.bans = bans;
  }

  /** Dials one address of each seeker in turn, as long as there are any and there is room. */
  public void dial(Collection<Seeker> seekers) {
    boolean any = true;
    while (any) {
      any = false;
      for (Seeker seeker : seekers) {
        any |= dialOne(seeker);
      }
    }
  }

  private boolean dialOne(Seeker seeker) {
    Optional<Topic> topic = seeker.topic().filter(Topic::wantsPeers);
    if (topic.isEmpty() || !beginHalfOpen(seeker.isStarving())) {
      return false;
    }
    Endpoint at = seeker.book().take(System.nanoTime());
    if (at == null) {
      endHalfOpen();
      return false;
    }
    boolean banned = bans.holds(at.address(), System.nanoTime());
    if (banned || !connections.enter(at, owner.isLocal(at))) {
      endHalfOpen();
      seeker.book().done(at, PeerBook.End.NOT_NOW, System.nanoTime());
      return banned; // others may still be dialled
    }
    Thread.ofVirtual().name("skep-read").start(() -> connect(seeker, topic.get(), at));
    return true;
  }

  private void connect(Seeker seeker, Topic topic, Endpoint at) {
    try {
      PeerStream stream = connector.dial(at, seeker.isStarving() ? HASTY : PATIENCE);
      Connection connection = Connection.dialled(stream, topic, seeker.book().form(at), owner);
      dialled.put(connection, seeker);
      connection.run();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} cannot be dialled: {1}", at, e.toString());
      owner.drops().count(DropReason.DIAL_FAILED);
      connections.leave(at);
      endHalfOpen();
      PeerBook.End end = end(e);
      seeker.book().done(at, end, System.nanoTime());
      if (end == PeerBook.End.UNREACHABLE) {
        dial(List.of(seeker)); // the next at once: most of what is known may be dead
      }
    }
  }

  /** Only what the peer's side answers, or does not, is the peer's failure. */
  private static PeerBook.End end(IOException e) {
    return e instanceof ConnectException
            || e instanceof NoRouteToHostException
            || e instanceof SocketTimeoutException
        ? PeerBook.End.UNREACHABLE
        : PeerBook.End.NOT_NOW;
  }

  private synchronized boolean beginHalfOpen(boolean hasty) {
    int max = maxHalfOpen * (hasty ? HASTE : 1);
    if (halfOpen >= max || dialledThisSecond >= maxHalfOpen * DIALS_PER_SECOND) {
      return false;
    }
    halfOpen++;
    dialledThisSecond++;
    return true;
  }

  /** Another second begins. */
  public synchronized void eachSecond() {
    dialledThisSecond = 0;
  }

  private synchronized void endHalfOpen() {
    halfOpen--;
  }

  /** A connection has finished its handshake. */
  public void joined(Connection connection) {
    if (dialled.containsKey(connection)) {
      endHalfOpen();
    }
  }

  /** A connection is over. */
  public void ended(Connection connection, DropReason why) {
    Seeker seeker = dialled.remove(connection);
    if (seeker == null) {
      return;
    }
    if (!connection.joined()) {
      endHalfOpen();
    }
    if (why == DropReason.REFUSED_SELF) {
      seeker.book().forget(connection.at());
    } else {
      PeerBook.End end = end(connection, why);
      seeker.book().done(connection.at(), end, System.nanoTime());
      if (end == PeerBook.End.OURS || end == PeerBook.End.HUNG_UP) {
        // What it was asked for may be here, and more wanted of it; or it wants another handshake.
        dial(List.of(seeker));
      }
    }
  }

  private static PeerBook.End end(Connection connection, DropReason why) {
    if (why == DropReason.STOPPED) {
      return PeerBook.End.OURS;
    }
    if (why == DropReason.HANDSHAKE_HUNG_UP) {
      return PeerBook.End.HUNG_UP;
    }
    if (!connection.joined()) {
      return PeerBook.End.REFUSED;
    }
    return connection.moved() ? PeerBook.End.USEFUL : PeerBook.End.USELESS;
  }
}
