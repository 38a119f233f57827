package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.peerwire.MetadataMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a torrent's info dictionary together from what several peers give (BEP 9), in memory only
 * for what is here. Pure: time is given, monotonic nanoseconds. Not thread-safe.
 *
 * <p>Givers that name the same length work on one draft, each at other pieces. Nothing shows which
 * piece of a draft is wrong when its hash is: so those who gave to it go on with a draft of their
 * own each, and whose own draft is wrong is a liar. The honest one among them is done by then.
 */
final class MetadataDrafts {
  /** The longest info dictionary that is taken: 1.6 million pieces of version 1, say. */
  static final int MOST_BYTES = 32 << 20;

  /** All drafts together: more than one of the longest, and far less than sixteen. */
  static final long MOST_HELD_BYTES = 2L * MOST_BYTES;

  /** Pieces asked of one giver at once. */
  private static final int MOST_ASKED = 4;

  /** A piece that does not come so soon is asked of another giver too. */
  private static final long IMPATIENT_NANOS = 1_000_000_000L;

  /** Who leaves a request unanswered for so long is given up. */
  private static final long LATE_NANOS = 5_000_000_000L;

  /** Drafts that nobody works on any more, kept for who comes next. */
  private static final int MOST_ABANDONED = 2;

  /** One who gives pieces. */
  static final class Giver {
    private int sizeBytes;
    private @Nullable Draft draft;
    private boolean alone; // since a draft that it gave to was wrong
    private final Map<Integer, Long> asked = new HashMap<>(); // piece, and when

    /** Whether it says that it has the info dictionary. */
    boolean offers() {
      return sizeBytes > 0;
    }
  }

  /** An info dictionary of one length, as far as it is here. */
  private static final class Draft {
    private final int sizeBytes;
    private final byte[] @Nullable [] pieces;
    private final long[] askedAt; // last; 0: not yet
    private final Set<Giver> gave = new HashSet<>();
    private int here;
    private long heldBytes;

    Draft(int sizeBytes) {
      this.sizeBytes = sizeBytes;
      int count = MetadataMessage.pieces(sizeBytes);
      pieces = new byte[count][];
      askedAt = new long[count];
    }

    boolean isWhole() {
      return here == pieces.length;
    }

    byte[] joined() {
      byte[] all = new byte[sizeBytes];
      for (int i = 0; i < pieces.length; i++) {
        byte[] piece = pieces[i];
        if (piece != null) {
          System.arraycopy(piece, 0, all, i * MetadataMessage.PIECE_BYTES, piece.length);
        }
      }
      return all;
    }
  }

  private final Predicate<byte[]> isIt;
  private final List<Giver> givers = new ArrayList<>();

  /** Those that several may work on, by length. */
  private final Map<Integer, Draft> common = new HashMap<>();

  private int mostRefusedBytes;

  /**
   * Nothing is here yet.
   *
   * @param isIt whether bytes have the hash that was asked for
   */
  MetadataDrafts(Predicate<byte[]> isIt) {
    this.isIt = isIt;
  }

  /** Another peer, which has offered nothing yet. */
  Giver join() {
    Giver giver = new Giver();
    givers.add(giver);
    return giver;
  }

  /** A peer is gone; what it was asked for is asked of others. */
  void leave(Giver giver) {
    givers.remove(giver);
    stop(giver);
  }

  private void stop(Giver giver) {
    Draft draft = giver.draft;
    giver.draft = null;
    if (draft != null) {
      giver.asked.keySet().forEach(piece -> draft.askedAt[piece] = 0);
      forgetSome();
    }
    giver.asked.clear();
  }

  private void forgetSome() {
    List<Draft> abandoned =
        common.values().stream()
            .filter(draft -> givers.stream().noneMatch(giver -> draft.equals(giver.draft)))
            .sorted(Comparator.comparingInt(draft -> -draft.here))
            .toList();
    abandoned.stream().skip(MOST_ABANDONED).forEach(draft -> common.remove(draft.sizeBytes));
  }

  /** A peer says how long the info dictionary is that it has. */
  void offered(Giver giver, long sizeBytes) {
    if (sizeBytes == giver.sizeBytes) {
      return;
    }
    stop(giver);
    boolean fits = sizeBytes <= MOST_BYTES;
    mostRefusedBytes = fits ? mostRefusedBytes : (int) Math.min(sizeBytes, Integer.MAX_VALUE);
    giver.sizeBytes = fits ? (int) sizeBytes : 0;
  }

  /** Length of one that is too long to be taken, if any was offered. */
  OptionalInt tooLongBytes() {
    return mostRefusedBytes == 0 ? OptionalInt.empty() : OptionalInt.of(mostRefusedBytes);
  }

  /** Another piece to ask of this giver now; it counts as asked. */
  OptionalInt next(Giver giver, long now) {
    if (!giver.offers() || giver.asked.size() >= MOST_ASKED) {
      return OptionalInt.empty();
    }
    Draft draft = draft(giver);
    for (int i = 0; i < draft.pieces.length; i++) {
      boolean free = draft.askedAt[i] == 0 || now - draft.askedAt[i] >= IMPATIENT_NANOS;
      if (draft.pieces[i] == null && free && !giver.asked.containsKey(i)) {
        draft.askedAt[i] = now | 1; // never 0
        giver.asked.put(i, now);
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private Draft draft(Giver giver) {
    Draft draft = giver.draft;
    if (draft == null) {
      draft =
          giver.alone
              ? new Draft(giver.sizeBytes)
              : common.computeIfAbsent(giver.sizeBytes, Draft::new);
      giver.draft = draft;
    }
    return draft;
  }

  /** Whether a request has waited so long that the giver is to be given up. */
  boolean isLate(Giver giver, long now) {
    return giver.asked.values().stream().anyMatch(at -> now - at >= LATE_NANOS);
  }

  /** A giver does not have what it was asked for: it is asked for nothing until it offers again. */
  void rejected(Giver giver, int piece) {
    if (giver.asked.containsKey(piece)) {
      stop(giver);
      giver.sizeBytes = 0;
    }
  }

  /**
   * A piece is here.
   *
   * @return the info dictionary, once it is whole and right
   * @throws Misconduct if the giver lied
   */
  Optional<byte[]> arrived(Giver giver, MetadataMessage.Data data) throws Misconduct {
    Draft draft = giver.draft;
    if (draft == null || giver.asked.remove(data.piece()) == null) {
      return Optional.empty(); // an answer to what is not asked any more
    }
    if (data.totalBytes() != draft.sizeBytes) {
      throw new Misconduct(
          Misconduct.Kind.METADATA_WRONG,
          "an info dictionary of %d bytes, and of %d"
              .formatted(draft.sizeBytes, data.totalBytes()));
    }
    if (draft.pieces[data.piece()] == null) {
      draft.pieces[data.piece()] = data.bytes();
      draft.gave.add(giver);
      draft.here++;
      draft.heldBytes += data.bytes().length;
      makeRoom();
    }
    return draft.isWhole() ? check(draft, giver) : Optional.empty();
  }

  /** The largest drafts give way: what is asked for is most likely not what takes most memory. */
  private void makeRoom() {
    while (heldBytes() > MOST_HELD_BYTES) {
      Draft largest = Collections.max(drafts(), Comparator.comparingLong(each -> each.heldBytes));
      common.remove(largest.sizeBytes, largest);
      for (Giver giver : givers) {
        if (largest.equals(giver.draft)) {
          stop(giver);
          giver.sizeBytes = 0;
        }
      }
    }
  }

  /** Bytes of pieces that are here. */
  long heldBytes() {
    return drafts().stream().mapToLong(draft -> draft.heldBytes).sum();
  }

  private Set<Draft> drafts() {
    Set<Draft> all = new HashSet<>(common.values());
    for (Giver giver : givers) {
      Draft draft = giver.draft;
      if (draft != null) {
        all.add(draft);
      }
    }
    return all;
  }

  private Optional<byte[]> check(Draft draft, Giver last) throws Misconduct {
    byte[] all = draft.joined();
    if (isIt.test(all)) {
      return Optional.of(all);
    }
    common.remove(draft.sizeBytes, draft);
    for (Giver giver : givers) {
      if (draft.equals(giver.draft)) {
        stop(giver);
      }
    }
    if (draft.gave.size() == 1) {
      throw new Misconduct(
          Misconduct.Kind.METADATA_WRONG, "an info dictionary without the hash of the torrent");
    }
    draft.gave.forEach(giver -> giver.alone = true);
    last.alone = true;
    return Optional.empty();
  }
}
