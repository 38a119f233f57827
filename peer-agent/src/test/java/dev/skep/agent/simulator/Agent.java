package dev.skep.agent.simulator;

import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.agent.torrent.Torrent;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One machine of the swarm: the torrent of production, with a line, connections and disk that are
 * only simulated.
 */
final class Agent {
  private static final int TURN_BYTES = 64 * 1024;
  private static final int BLOCK_HEADER_BYTES = 13;
  private static final int MOST_ASKED_OF_SERVER = 2_048;

  final String name;
  final Endpoint at;
  final PeerId id;
  final Host host;
  final Torrent torrent;
  private final Swarm swarm;
  private final Clock clock;
  private final PieceLayout layout;
  private final Map<Peer, Link> links = new LinkedHashMap<>();
  private final Map<Peer, FileServer.Line> lines = new LinkedHashMap<>();
  private final Set<Agent> partners = new HashSet<>();
  private final Set<Integer> spoilt = new HashSet<>(); // pieces that hold a corrupt block now
  private final boolean source; // it came with everything
  private final Set<BlockRef> sent = new HashSet<>(); // by a source
  private long newBytesSent; // by a source, of blocks that it had not sent before
  boolean liar; // one block in twenty that it sends is corrupt
  boolean gone;
  long joinedAt;
  long completedAt = -1;

  /** This end of a connection. */
  private static final class Link {
    final Agent other;
    final Peer peer;
    @Nullable Link far;
    @Nullable Pipe pipe;
    boolean ended;

    Link(Agent other, Peer peer) {
      this.other = other;
      this.peer = peer;
    }

    Pipe pipe() {
      return java.util.Objects.requireNonNull(pipe);
    }

    Link far() {
      return java.util.Objects.requireNonNull(far);
    }
  }

  Agent(Swarm swarm, String name, Endpoint at, PeerId id, Host host, Torrent torrent) {
    this.swarm = swarm;
    this.clock = swarm.clock;
    this.layout = swarm.layout;
    this.name = name;
    this.at = at;
    this.id = id;
    this.host = host;
    this.torrent = torrent;
    joinedAt = clock.now();
    source = torrent.complete();
    if (source) {
      completedAt = clock.now();
    }
    tick();
  }

  private void tick() {
    if (!gone) {
      long again = torrent.tick(clock.now());
      attend();
      clock.at(again, this::tick);
    }
  }

  int connections() {
    return links.size();
  }

  boolean isPartnerOf(Agent other) {
    return partners.contains(other);
  }

  /** Dials; false when either side refuses. */
  boolean connect(Agent other) {
    if (gone || other.gone || isPartnerOf(other)) {
      return false;
    }
    try {
      Link mine = new Link(other, torrent.join(other.at, other.id, swarm.can(false), clock.now()));
      Link theirs;
      try {
        theirs = new Link(this, other.torrent.join(at, id, swarm.can(true), clock.now()));
      } catch (Refused e) {
        torrent.leave(mine.peer, Reason.CLOSED, clock.now());
        return false;
      }
      mine.far = theirs;
      theirs.far = mine;
      mine.pipe =
          new Pipe(
              clock,
              host,
              other.host,
              swarm.delayNanos,
              p -> other.receive(theirs, p),
              () -> write(mine));
      theirs.pipe =
          new Pipe(
              clock,
              other.host,
              host,
              swarm.delayNanos,
              p -> receive(mine, p),
              () -> other.write(theirs));
      add(mine);
      other.add(theirs);
      return true;
    } catch (Refused e) {
      return false;
    }
  }

  /** Asks a web server too, as {@code dev.skep.agent.webseed} does. */
  void ask(FileServer server) {
    Capabilities can = new Capabilities(true, false, false, false, swarm.localNetwork, true);
    try {
      Peer peer = torrent.join(server.at, server.id, can, clock.now());
      lines.put(peer, server.line(host, block -> received(peer, block)));
      torrent.onlyUploads(peer, true);
      torrent.allowsRequests(peer, MOST_ASKED_OF_SERVER);
      torrent.received(peer, PeerMessage.HAVE_ALL, clock.now());
      torrent.received(peer, PeerMessage.UNCHOKE, clock.now());
      attend();
    } catch (Refused | Misconduct e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(Peer peer, FileServer.Line line) {
    torrent.next(
        peer,
        new Outbox() {
          @Override
          public void message(PeerMessage message) {
            switch (message) {
              case PeerMessage.Request(BlockRef block) -> line.ask(block);
              case PeerMessage.Cancel(BlockRef block) -> line.cancel(block);
              default -> {}
            }
          }

          @Override
          public void block(BlockRef block) {
            throw new IllegalStateException("a web server asks for nothing");
          }
        },
        0,
        clock.now());
    attend();
  }

  private void leave(Peer peer, FileServer.Line line, Reason why) {
    line.close();
    torrent.leave(peer, why, clock.now());
    attend();
  }

  private void received(Peer peer, BlockRef block) {
    place(peer, block, false);
    attend();
  }

  private void add(Link link) {
    links.put(link.peer, link);
    partners.add(link.other);
    attend();
  }

  /** Ends a connection on both sides. */
  private void end(Link link, Reason why) {
    if (!link.ended) {
      closeThisEnd(link, why);
      Link far = link.far();
      link.other.closeThisEnd(far, Reason.CLOSED);
    }
  }

  private void closeThisEnd(Link link, Reason why) {
    link.ended = true;
    link.pipe().close();
    links.remove(link.peer);
    partners.remove(link.other);
    swarm.ended(why, link.other);
    torrent.leave(link.peer, why, clock.now());
    attend();
  }

  /** Loses one of its connections; false when there is none. */
  boolean loseOne(int which) {
    List<Link> all = new ArrayList<>(links.values());
    if (all.isEmpty()) {
      return false;
    }
    end(all.get(which % all.size()), Reason.IO_ERROR);
    return true;
  }

  /** Copies of the whole that it sent, counting blocks that it sent more than once. */
  double copiesSent() {
    return (double) torrent.stats(clock.now()).uploadedBytes() / layout.totalBytes();
  }

  /** Whether this source has sent each block to somebody. */
  boolean hasSentAll() {
    return newBytesSent == layout.totalBytes();
  }

  /** Leaves the swarm. */
  void quit() {
    gone = true;
    for (Link link : new ArrayList<>(links.values())) {
      end(link, Reason.STOPPED);
    }
  }

  /** What the owner of a torrent does after each call. */
  private void attend() {
    torrent.drainDrops(
        (peer, why) -> {
          Link link = links.get(peer);
          FileServer.Line line = lines.remove(peer);
          if (link != null) {
            clock.soon(() -> end(link, why));
          } else if (line != null) {
            clock.soon(() -> leave(peer, line, why));
          }
        });
    torrent.drainWakes(
        peer -> {
          Link link = links.get(peer);
          FileServer.Line line = lines.get(peer);
          if (link != null) {
            clock.soon(() -> write(link));
          } else if (line != null) {
            clock.soon(() -> write(peer, line));
          }
        });
  }

  /** The writer: takes turns as long as the send buffer takes what they bring. */
  private void write(Link link) {
    while (!link.ended && link.pipe().bufferedBytes() <= swarm.sendBufferBytes) {
      Turn turn = new Turn(link);
      if (!torrent.next(link.peer, turn, TURN_BYTES, clock.now())) {
        break;
      }
      turn.flush();
    }
    attend();
  }

  private final class Turn implements Outbox {
    private final Link link;
    private List<PeerMessage> messages = new ArrayList<>(2);
    private int bytes;

    Turn(Link link) {
      this.link = link;
    }

    @Override
    public void message(PeerMessage message) {
      messages.add(message);
      bytes += PeerMessageCodec.encodedLength(message);
    }

    @Override
    public void block(BlockRef block) {
      flush();
      if (source && sent.add(block)) {
        newBytesSent += block.lengthBytes();
      }
      boolean corrupt = liar && swarm.random.nextInt(20) == 0;
      link.pipe()
          .send(
              new Packet(
                  List.of(), block, corrupt, onWire(BLOCK_HEADER_BYTES + block.lengthBytes())));
    }

    void flush() {
      if (!messages.isEmpty()) {
        link.pipe().send(new Packet(messages, null, false, onWire(bytes)));
        messages = new ArrayList<>(2);
        bytes = 0;
      }
    }

    private static int onWire(int bytes) {
      return bytes + (bytes + 1447) / 1448 * 66; // Ethernet, IP, TCP
    }
  }

  /** The reader. */
  private void receive(Link link, Packet packet) {
    BlockRef block = packet.block();
    try {
      for (PeerMessage message : packet.messages()) {
        torrent.received(link.peer, message, clock.now());
      }
      if (block != null) {
        place(link.peer, block, packet.corrupt());
      }
      attend();
    } catch (Misconduct e) {
      swarm.misconduct(this, link.other, e);
      end(link, Reason.MISCONDUCT);
    }
  }

  private void place(Peer from, BlockRef block, boolean corrupt) {
    int contiguous = torrent.arrived(from, block, clock.now());
    if (contiguous == Torrent.UNWANTED) {
      return;
    }
    if (corrupt) {
      spoilt.add(block.piece());
    }
    if (contiguous == layout.lengthBytes(block.piece())) {
      clock.in(swarm.hashNanos, () -> verified(block.piece()));
    }
  }

  private void tellHaves() {
    if (!gone) {
      torrent.tellHaves(clock.now());
      attend();
    }
  }

  private void verified(int piece) {
    if (gone) {
      return;
    }
    torrent.verified(piece, !spoilt.remove(piece), clock.now());
    if (torrent.hasHavesToTell()) {
      clock.at(torrent.havesDueAt(), this::tellHaves);
    }
    if (torrent.complete() && completedAt < 0) {
      completedAt = clock.now();
      swarm.completed(this);
    }
    attend();
  }
}
