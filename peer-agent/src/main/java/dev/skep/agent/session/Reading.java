package dev.skep.agent.session;

import dev.skep.agent.session.content.TransferContent;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Somebody who reads a torrent's data while it comes: what lies ahead of him is fetched first. For
 * one thread, which does file I/O.
 */
public final class Reading implements AutoCloseable {
  /** So much ahead is hurried, and two pieces at least: what comes must not be waited for. */
  private static final long AHEAD_BYTES = 8 << 20;

  private static final int LEAST_PIECES_AHEAD = 2;
  private static final int NOWHERE = -1;

  private final TransferContent content;
  private final Consumer<Reading> moved;
  private volatile int first = NOWHERE;
  private volatile int end = NOWHERE;
  private volatile boolean over;

  /**
   * @param moved hears that it reads elsewhere, or is over
   */
  Reading(TransferContent content, Consumer<Reading> moved) {
    this.content = content;
    this.moved = moved;
  }

  private PieceLayout layout() {
    return content.metainfo().layout();
  }

  /**
   * Reads what is verified from here on.
   *
   * @param offsetBytes in the torrent
   * @param endBytes nothing from there on is read soon
   * @param into as much as there is, and it has room for
   * @return how many bytes; 0 if the piece is not here yet, and comes first now
   */
  public int read(long offsetBytes, long endBytes, ByteBuffer into) throws IOException {
    lookAhead(offsetBytes, endBytes);
    long at = offsetBytes;
    long most = Math.min(endBytes, offsetBytes + into.remaining());
    while (at < most && content.data().has(layout().pieceAt(at))) {
      int piece = layout().pieceAt(at);
      at = Math.min(most, layout().offsetBytes(piece) + layout().lengthBytes(piece));
    }
    int count = (int) (at - offsetBytes);
    if (count > 0) {
      content.data().files().read(offsetBytes, into.slice(into.position(), count));
      into.position(into.position() + count);
    }
    return count;
  }

  private void lookAhead(long offsetBytes, long endBytes) {
    int piece = layout().pieceAt(offsetBytes);
    if (piece == first) {
      return;
    }
    long ahead = Math.max(AHEAD_BYTES, (long) LEAST_PIECES_AHEAD * layout().pieceLengthBytes());
    first = piece;
    end = 1 + layout().pieceAt(Math.min(endBytes, offsetBytes + ahead) - 1);
    moved.accept(this);
  }

  boolean isOver() {
    return over;
  }

  void markAhead(Bitfield soon) {
    for (int piece = Math.max(0, first); piece < end; piece++) {
      soon.set(piece);
    }
  }

  @Override
  public void close() {
    over = true;
    moved.accept(this);
  }
}
