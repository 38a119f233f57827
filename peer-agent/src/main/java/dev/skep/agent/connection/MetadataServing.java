package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code ut_metadata} of a torrent that we have (BEP 9): gives its info dictionary to who asks. To
 * peers of private torrents too: who knows the info-hash is in the swarm.
 *
 * <p>A piece is made when it goes out, one in each of the writer's turns. A peer gets all of it a
 * few times at most.
 */
final class MetadataServing implements Extension {
  private static final int MOST_WAITING = 64;

  /** A peer that goes on asking is told no so often before it has to go. */
  private static final int MOST_ANSWERS_WAITING = 2 * MOST_WAITING;

  private static final int TIMES = 3;

  private final Metainfo metainfo;
  private final int pieces;
  private final Queue<Answer> due = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private int promised; // the reader's own

  /** What a peer is to hear of a piece that it asked for. */
  private record Answer(int piece, boolean given) {}

  MetadataServing(Metainfo metainfo) {
    this.metainfo = metainfo;
    pieces = MetadataMessage.pieces(metainfo.infoLengthBytes());
  }

  @Override
  public String name() {
    return ExtensionHandshake.UT_METADATA;
  }

  @Override
  public void received(byte[] payload) throws ProtocolException, Misconduct {
    if (!(MetadataMessage.decode(payload) instanceof MetadataMessage.Request(int piece))) {
      return; // we asked for nothing
    }
    int before = waiting.get();
    if (before >= MOST_ANSWERS_WAITING) {
      throw new Misconduct(
          Misconduct.Kind.FLOOD, before + " requests for the info dictionary wait already");
    }
    boolean gives = piece < pieces && before < MOST_WAITING && promised < TIMES * pieces;
    promised += gives ? 1 : 0;
    waiting.incrementAndGet();
    due.add(new Answer(piece, gives));
  }

  @Override
  public Optional<byte[]> next(long now) {
    Answer answer = due.poll();
    if (answer == null) {
      return Optional.empty();
    }
    waiting.decrementAndGet();
    MetadataMessage message =
        answer.given ? piece(answer.piece) : new MetadataMessage.Reject(answer.piece);
    return Optional.of(message.encode());
  }

  private MetadataMessage piece(int piece) {
    int total = metainfo.infoLengthBytes();
    int from = piece * MetadataMessage.PIECE_BYTES;
    int length = Math.min(MetadataMessage.PIECE_BYTES, total - from);
    return new MetadataMessage.Data(piece, total, metainfo.infoBytes(from, length));
  }
}
