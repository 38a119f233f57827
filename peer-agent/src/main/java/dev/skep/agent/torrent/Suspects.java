package dev.skep.agent.torrent;

import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends corrupt data. A corrupt piece that one peer alone has sent convicts it. When
 * several have, each is suspected and from then on fills pieces alone, and the corrupt piece is
 * fetched again from one peer alone: so whoever goes on is convicted by its next corrupt piece, and
 * nobody honest ever is.
 */
final class Suspects {
  private int corruptPieces;

  int corruptPieces() {
    return corruptPieces;
  }

  /** The peer that is now convicted, if any. */
  @Nullable Peer corrupt(OpenPiece piece) {
    corruptPieces++;
    Peer only = onlySender(piece);
    if (only == null) {
      for (int block = 0; block < piece.blockCount(); block++) {
        Peer sender = piece.sender(block);
        if (sender != null) {
          sender.suspected = true;
        }
      }
    }
    return only;
  }

  /** A good piece from one peer alone clears it. */
  void good(OpenPiece piece) {
    if (piece.alone) {
      Peer only = onlySender(piece);
      if (only != null) {
        only.suspected = false;
      }
    }
  }

  private static @Nullable Peer onlySender(OpenPiece piece) {
    Peer only = null;
    for (int block = 0; block < piece.blockCount(); block++) {
      Peer sender = piece.sender(block); // nobody, of padding
      if (only != null && sender != null && sender != only) {
        return null;
      }
      only = sender == null ? only : sender;
    }
    return only;
  }
}
