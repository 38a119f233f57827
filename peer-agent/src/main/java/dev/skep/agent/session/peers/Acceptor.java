package dev.skep.agent.session.peers;

import dev.skep.agent.connection.Connection;
import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.Drop;
import dev.skep.agent.connection.DropReason;
import dev.skep.agent.stream.Connector;
import dev.skep.agent.stream.PeerStream;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/** Lets in those who dial us, but for banned addresses, and as many as there is room for. */
public final class Acceptor {
  private static final Logger LOG = System.getLogger(Acceptor.class.getName());

  private final Connector connector;
  private final ConnectionOwner owner;
  private final ConnectionCount connections;
  private final AddressBans bans;

  public Acceptor(
      Connector connector, ConnectionOwner owner, ConnectionCount connections, AddressBans bans) {
    this.connector = connector;
    this.owner = owner;
    this.connections = connections;
    this.bans = bans;
  }

  /** Begins; ends when the connector is closed. */
  public void start() {
    Thread.ofVirtual().name("skep-accept").start(this::run);
  }

  private void run() {
    while (true) {
      try {
        PeerStream stream = connector.accept();
        if (!owner.faults().guard("accepting", () -> welcome(stream))) {
          stream.abort();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // Out of file descriptors, most likely: others must end before it can go on.
        LOG.log(Level.WARNING, "cannot accept a connection: {0}", e.toString());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void welcome(PeerStream stream) {
    Endpoint at = stream.at();
    if (bans.holds(at.address(), System.nanoTime())) {
      refuse(stream, new Drop(DropReason.REFUSED_BANNED, "the address is banned for a time"));
    } else if (!connections.enter(at, owner.isLocal(at))) {
      refuse(stream, new Drop(DropReason.REFUSED_FULL, "too many connections"));
    } else {
      Thread.ofVirtual().name("skep-read").start(Connection.accepted(stream, owner));
    }
  }

  private void refuse(PeerStream stream, Drop how) {
    LOG.log(Level.DEBUG, "{0} refused: {1}", stream.at(), how.detail());
    owner.drops().count(how.reason());
    stream.abort();
  }
}
