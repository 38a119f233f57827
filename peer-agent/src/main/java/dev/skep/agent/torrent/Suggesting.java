package dev.skep.agent.torrent;

import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.random.RandomGenerator;

/**
 * Spreads a source's pieces: suggests to each peer pieces that no other peer was sent (SUGGEST
 * PIECE, BEP 6).
 *
 * <p>Peers choose among equally rare pieces at random and cannot know which of them another peer is
 * just fetching; so they meet at the same piece, and the source sends it twice before it has sent
 * all once. That is what makes the last peer of a swarm wait. A suggestion costs 9 bytes a piece
 * and hides nothing from those that do not heed it.
 */
final class Suggesting {
  /** The piece that a peer fetches next, and one to go on with. */
  private static final int AHEAD = 2;

  private final int pieceCount;
  private final Picker picker;
  private final RandomGenerator random;
  private Bitfield begun = new Bitfield(0); // suggested or requested; made when first needed
  private int[] order = {};
  private int next;

  Suggesting(int pieceCount, Picker picker, RandomGenerator random) {
    this.pieceCount = pieceCount;
    this.picker = picker;
    this.random = random;
  }

  /** A block of the piece was requested by this peer. */
  void requested(Peer peer, int piece) {
    if (begun.size() > 0) {
      begun.set(piece);
      peer.suggestions.remove(/* element */ (Integer) piece);
    }
  }

  /** The peer will not fetch what was suggested to it and not begun. */
  void left(Peer peer) {
    for (int piece : peer.suggestions) {
      begun.clear(piece);
      next = 0;
    }
    peer.suggestions.clear();
  }

  /** Nobody is connected: whoever comes begins anew. */
  void idle() {
    begun = new Bitfield(0);
    order = new int[0];
    next = 0;
  }

  boolean suggest(Peer peer, Outbox out) {
    if (begun.size() == 0) {
      shuffle();
    }
    boolean any = false;
    while (peer.suggestions.size() < AHEAD && skipBegun()) {
      int piece = order[next];
      begun.set(piece);
      peer.suggestions.add(piece);
      out.message(new PeerMessage.Suggest(piece));
      any = true;
    }
    return any;
  }

  private void shuffle() {
    begun = new Bitfield(pieceCount);
    order = new int[pieceCount];
    for (int i = 0; i < pieceCount; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  /** Goes to the next piece that nobody has or fetches; false when there is none. */
  private boolean skipBegun() {
    while (next < pieceCount && (begun.get(order[next]) || picker.copies(order[next]) > 0)) {
      next++;
    }
    return next < pieceCount;
  }
}
