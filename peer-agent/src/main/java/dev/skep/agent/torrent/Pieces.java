package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.Padding;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only keeper of piece state. A piece is always exactly one of: <em>missing</em> →
 * <em>open</em> (blocks are being fetched) → <em>full</em> (all blocks are here, the hash is not
 * yet compared) → <em>good</em>; or from full back to missing when the hash did not match.
 */
final class Pieces {
  final PieceLayout layout;
  private final Padding padding;
  private final Bitfield good;
  private Bitfield wanted;
  private int wantedMissing; // wanted and not good
  private long wantedBytes;
  private long verifiedBytes;

  private final List<OpenPiece> open = new ArrayList<>(); // open and full ones
  private @Nullable OpenPiece[] openByPiece = {};
  private long openBytes;

  private int[] log = new int[16]; // pieces as they became good; ~piece when one was lost
  private @Nullable Bitfield everLost;
  private int logged;

  Pieces(PieceLayout layout, Padding padding, Bitfield verified, Bitfield wanted) {
    this.layout = layout;
    this.padding = padding;
    this.good = verified.copy();
    this.wanted = wanted.copy();
    count();
  }

  private void count() {
    wantedMissing = 0;
    wantedBytes = 0;
    verifiedBytes = 0;
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      if (wanted.get(piece)) {
        wantedBytes += dataBytes(piece);
        if (good.get(piece)) {
          verifiedBytes += dataBytes(piece);
        } else {
          wantedMissing++;
        }
      }
    }
  }

  /** The bytes of a piece, padding left out. */
  private long dataBytes(int piece) {
    int length = layout.lengthBytes(piece);
    return length - padding.bytesIn(layout.offsetBytes(piece), length);
  }

  /** Wanted, not good and not begun. */
  Bitfield missing() {
    Bitfield missing = new Bitfield(layout.pieceCount());
    for (int piece = wanted.nextSet(0); piece >= 0; piece = wanted.nextSet(piece + 1)) {
      if (!good.get(piece) && open(piece) == null) {
        missing.set(piece);
      }
    }
    return missing;
  }

  void want(Bitfield pieces) {
    wanted = pieces.copy();
    count();
  }

  boolean isGood(int piece) {
    return good.get(piece);
  }

  boolean isWanted(int piece) {
    return wanted.get(piece);
  }

  /** Wanted and not good: what makes a peer that has it interesting. */
  boolean isNeeded(int piece) {
    return wanted.get(piece) && !good.get(piece);
  }

  Bitfield good() {
    return good;
  }

  boolean haveAll() {
    return good.isFull();
  }

  boolean haveNone() {
    return good.isEmpty();
  }

  /** Every wanted piece is good. */
  boolean complete() {
    return wantedMissing == 0;
  }

  long wantedBytes() {
    return wantedBytes;
  }

  long verifiedBytes() {
    return verifiedBytes;
  }

  /** Pieces begun and not yet verified. */
  List<OpenPiece> open() {
    return open;
  }

  long openBytes() {
    return openBytes;
  }

  @Nullable OpenPiece open(int piece) {
    return piece < openByPiece.length ? openByPiece[piece] : null;
  }

  /**
   * Missing → open. Blocks that are nothing but padding are here from the begin, but in a piece
   * that is nothing else: there they are fetched, since what came last leads to its hash.
   */
  OpenPiece begin(int piece) {
    if (openByPiece.length == 0) {
      openByPiece = new OpenPiece[layout.pieceCount()];
    }
    OpenPiece begun = new OpenPiece(piece, layout.blockCount(piece));
    if (dataBytes(piece) > 0) {
      for (int i = 0; i < begun.blockCount(); i++) {
        BlockRef block = layout.block(piece, i);
        if (padding.covers(layout.offsetBytes(piece) + block.offset(), block.lengthBytes())) {
          begun.fill(i);
        }
      }
    }
    openByPiece[piece] = begun;
    open.add(begun);
    openBytes += layout.lengthBytes(piece);
    return begun;
  }

  /** Full → good. */
  void accept(OpenPiece full) {
    close(full);
    good.set(full.piece);
    if (wanted.get(full.piece)) {
      wantedMissing--;
      verifiedBytes += dataBytes(full.piece);
    }
    log(full.piece);
    if (good.isFull()) {
      openByPiece = new OpenPiece[0];
    }
  }

  /** Good → missing: its data is no longer in its file. */
  void lose(int piece) {
    good.clear(piece);
    if (wanted.get(piece)) {
      wantedMissing++;
      verifiedBytes -= dataBytes(piece);
    }
    if (everLost == null) {
      everLost = new Bitfield(layout.pieceCount());
    }
    everLost.set(piece);
    log(~piece);
  }

  /** Whether peers may believe that we have a piece that we lost. */
  boolean wasLost(int piece) {
    return everLost != null && everLost.get(piece);
  }

  private void log(int entry) {
    if (logged == log.length) {
      log = Arrays.copyOf(log, logged * 2);
    }
    log[logged++] = entry;
  }

  /** Full → missing. */
  void reject(OpenPiece full) {
    close(full);
  }

  private void close(OpenPiece full) {
    openByPiece[full.piece] = null;
    open.remove(full);
    openBytes -= layout.lengthBytes(full.piece);
  }

  /** How many pieces became good, or were lost, since the torrent was made. */
  int logged() {
    return logged;
  }

  /** The {@code i}-th piece that became good; {@code ~piece} if it was lost. */
  int logged(int i) {
    return log[i];
  }
}
