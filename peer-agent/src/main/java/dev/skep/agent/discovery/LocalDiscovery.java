package dev.skep.agent.discovery;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.LocalAnnounce;
import dev.skep.protocol.peerwire.ProtocolException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Finds peers on the local network, and is found there, without any tracker (BEP 14): by multicast
 * of both families on every network that this machine is in, as they come and go. One thread, which
 * starts when there is something to say.
 */
public final class LocalDiscovery implements AutoCloseable {
  /** Who has torrents, and wants to know who else does. */
  public interface Owner {
    /** The torrents to be found by now: never private ones (BEP 27). */
    Collection<InfoHash> torrents();

    /** Somebody on the local network has one of them. */
    void found(InfoHash infoHash, Endpoint at);

    /** Somebody on the local network has torrents, of ours or others. */
    void neighbour(Endpoint at);
  }

  private static final Logger LOG = System.getLogger(LocalDiscovery.class.getName());
  private static final long TURN_MILLIS = 1_000;
  private static final long LOOK_NANOS = 5_000_000_000L;

  /** Datagrams of a family that are read in one turn; the system drops the rest of a flood. */
  private static final int MOST_READ = 100;

  private static final long LEAST_TURN_NANOS = 50_000_000L;

  private final InetAddress bind;
  private final int port;
  private final Owner owner;
  private final Consumer<Runnable> guard;
  private final LocalPace pace;
  private final String cookie;
  private final ByteBuffer in = ByteBuffer.allocate(LocalAnnounce.MOST_BYTES + 1);
  private final List<MulticastGroup> groups = new ArrayList<>();
  private volatile boolean closed;
  private volatile boolean started;
  private long lookAt;

  /**
   * Says nothing yet.
   *
   * @param bind the local address that peers can reach us at; the wildcard address for all
   * @param port where we listen
   * @param guard runs each turn: what goes wrong in one must not end the others
   */
  public LocalDiscovery(
      InetAddress bind, int port, Owner owner, Consumer<Runnable> guard, RandomGenerator random) {
    this.bind = bind;
    this.port = port;
    this.owner = owner;
    this.guard = guard;
    pace = new LocalPace(random);
    cookie = Long.toHexString(random.nextLong());
  }

  /** Begins, unless it has or there is nothing to say. */
  public void begin() {
    if (!started) {
      start();
    }
  }

  private synchronized void start() {
    boolean none = bind.isLoopbackAddress() || owner.torrents().isEmpty();
    if (!started && !closed && !none) {
      started = true;
      Thread.ofPlatform().daemon().name("skep-lan").start(this::run);
    }
  }

  private void run() {
    try (Selector selector = Selector.open()) {
      lookAt = System.nanoTime();
      while (!closed) {
        long began = System.nanoTime();
        guard.accept(() -> turn(selector));
        TimeUnit.NANOSECONDS.sleep(began + LEAST_TURN_NANOS - System.nanoTime());
        selector.select(TURN_MILLIS);
      }
    } catch (ClosedSelectorException | IOException e) {
      LOG.log(Level.INFO, "no discovery on the local network: {0}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // and it ends
    } finally {
      groups.forEach(MulticastGroup::close);
    }
  }

  private void turn(Selector selector) {
    long now = System.nanoTime();
    if (now - lookAt >= 0) {
      lookAt = now + LOOK_NANOS;
      lookAtNetworks(selector, now);
    }
    selector.selectedKeys().clear();
    groups.forEach(this::read);
    pace.say(owner.torrents(), now);
    List<InfoHash> due = pace.due(now);
    if (!due.isEmpty() && !closed) {
      LocalAnnounce announce = new LocalAnnounce(port, due, Optional.of(cookie));
      groups.forEach(group -> group.send(announce));
    }
  }

  private void lookAtNetworks(Selector selector, long now) {
    if (groups.isEmpty()) {
      groups.addAll(MulticastGroup.open(bind, selector));
    }
    boolean any = false;
    for (MulticastGroup group : groups) {
      any |= group.joinNetworks();
    }
    if (any) {
      pace.beginAgain(now);
    }
  }

  private void read(MulticastGroup group) {
    for (int i = 0; i < MOST_READ; i++) {
      InetSocketAddress from = group.receive(in.clear());
      if (from == null) {
        return;
      }
      byte[] datagram = new byte[in.flip().remaining()];
      in.get(datagram);
      if (group.isNeighbour(from.getAddress())) {
        heard(datagram, from.getAddress());
      }
    }
  }

  private void heard(byte[] datagram, InetAddress from) {
    try {
      LocalAnnounce announce = LocalAnnounce.decode(datagram);
      if (announce.cookie().filter(cookie::equals).isPresent()) {
        return; // it is us
      }
      Endpoint at = new Endpoint(from, announce.port());
      owner.neighbour(at);
      for (InfoHash infoHash : announce.infoHashes()) {
        if (pace.heard(infoHash, at, System.nanoTime())) {
          owner.found(infoHash, at);
        }
      }
    } catch (ProtocolException e) {
      LOG.log(Level.DEBUG, "{0} says what is no announce: {1}", from, e.getMessage());
    }
  }

  /** Says and hears nothing any more. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
