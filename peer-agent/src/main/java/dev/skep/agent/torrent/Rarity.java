package dev.skep.agent.torrent;

import dev.skep.protocol.peerwire.Bitfield;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The missing pieces, rarest first, ties in random order.
 *
 * <p>One array is kept sorted by level. Since a level changes by one at a time, moving a piece is a
 * swap with the one at its level's edge: O(1), whatever the number of pieces. A level is the number
 * of connected peers that have the piece, those with every piece left out since they change no
 * order; urgent pieces have levels of their own before all others.
 */
final class Rarity {
  static final int NONE = -1;

  private final RandomGenerator random;
  private final int levels;
  private final int[] copies;
  private final boolean[] urgent;
  private final int[] order;
  private final int[] place; // where in order; NONE when not listed
  private final int[] ends; // where in order a level ends
  private int listed;

  /** Lists the missing pieces; {@code mostCopies} is how many peers may have one piece at once. */
  Rarity(Bitfield missing, int mostCopies, RandomGenerator random) {
    this.random = random;
    int pieces = missing.size();
    levels = mostCopies + 1;
    copies = new int[pieces];
    urgent = new boolean[pieces];
    order = new int[pieces];
    place = new int[pieces];
    ends = new int[2 * levels];
    relist(missing, new Bitfield(pieces));
  }

  /** Lists exactly these pieces, the urgent ones first. */
  void relist(Bitfield missing, Bitfield first) {
    Arrays.fill(place, NONE);
    Arrays.fill(ends, 0);
    for (int piece = 0; piece < place.length; piece++) {
      urgent[piece] = first.get(piece);
    }
    for (int p = missing.nextSet(0); p >= 0; p = missing.nextSet(p + 1)) {
      ends[level(p)]++;
    }
    listed = 0;
    for (int level = 0; level < ends.length; level++) {
      int size = ends[level];
      ends[level] = listed;
      listed += size;
    }
    for (int p = missing.nextSet(0); p >= 0; p = missing.nextSet(p + 1)) {
      put(p, ends[level(p)]++);
    }
    for (int level = 0; level < ends.length; level++) {
      for (int i = begin(level) + 1; i < ends[level]; i++) {
        swap(i, random.nextInt(begin(level), i + 1));
      }
    }
  }

  private int level(int piece) {
    return (urgent[piece] ? 0 : levels) + Math.min(copies[piece], levels - 1);
  }

  private int begin(int level) {
    return level == 0 ? 0 : ends[level - 1];
  }

  private void put(int piece, int at) {
    order[at] = piece;
    place[piece] = at;
  }

  private void swap(int a, int b) {
    int piece = order[a];
    put(order[b], a);
    put(piece, b);
  }

  private void shuffleIn(int level, int at) {
    swap(at, random.nextInt(begin(level), ends[level]));
  }

  /** How many pieces are listed: {@link #at} takes 0 to one less. */
  int listed() {
    return listed;
  }

  /** The {@code i}-th rarest piece. */
  int at(int i) {
    return order[i];
  }

  boolean isListed(int piece) {
    return place[piece] != NONE;
  }

  /** Connected peers that have the piece, without those that have every piece. */
  int copies(int piece) {
    return copies[piece];
  }

  /** A listed piece of which there are no {@link #copies}. */
  OptionalInt nowhere() {
    for (int level = 0; level < ends.length; level += levels) { // urgent, then not
      if (begin(level) < ends[level]) {
        return OptionalInt.of(order[begin(level)]);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether {@code a} comes before {@code b} by rarity and urgency. */
  boolean before(int a, int b) {
    return level(a) < level(b);
  }

  /** One more peer has the piece. */
  void more(int piece) {
    int level = level(piece);
    copies[piece]++;
    if (isListed(piece) && level(piece) > level) {
      swap(place[piece], ends[level] - 1);
      ends[level]--;
      shuffleIn(level + 1, place[piece]);
    }
  }

  /** One peer fewer has the piece. */
  void fewer(int piece) {
    int level = level(piece);
    copies[piece]--;
    if (isListed(piece) && level(piece) < level) {
      swap(place[piece], begin(level));
      ends[level - 1]++;
      shuffleIn(level - 1, place[piece]);
    }
  }

  /** The piece is no longer missing. */
  void remove(int piece) {
    for (int level = level(piece); level < ends.length; level++) {
      swap(place[piece], ends[level] - 1);
      ends[level]--;
    }
    place[piece] = NONE;
    listed--;
  }

  /** The piece is missing again. */
  void add(int piece) {
    put(piece, listed++);
    int own = level(piece);
    for (int level = ends.length - 1; level > own; level--) {
      swap(place[piece], begin(level));
      ends[level]++;
    }
    ends[own]++;
    shuffleIn(own, place[piece]);
  }
}
