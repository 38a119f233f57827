package dev.skep.tracker.swarm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of one stripe have not read yet. Each has lists of its own, and a bit in each
 * swarm for every list that it is on: so a swarm is on a list once, however often it changes, and
 * an announce that changes what everybody has yet to read costs one comparison. Swarms that are
 * gone stay on the lists, for that is a change, too; a reader that leaves too many of them there is
 * told to read everything anew.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Changes {
  /** Readers at a time: each has a bit for every kind of change in one number. */
  static final int MOST_READERS = Integer.SIZE / 3;

  /** Gone swarms that a list may hold, beyond as many as there are. */
  static final int FEW = 128;

  /** Each at the place of its bits. */
  private static final List<SwarmChange> KINDS =
      List.of(SwarmChange.PEERS, SwarmChange.HEARD, SwarmChange.COMPLETED);

  private static final int ONE_KIND = (1 << MOST_READERS) - 1;
  private static final int PEERS = ONE_KIND;
  private static final int HEARD = ONE_KIND << MOST_READERS;
  private static final int COMPLETED = HEARD << MOST_READERS;

  /** One reader's part. */
  private static final class Unread {
    private final Map<SwarmChange, List<TorrentSwarm>> lists = new EnumMap<>(SwarmChange.class);
    private final int wanted;
    private int heardTakenAt;
    private boolean behind;
    private boolean lost;

    Unread(int wanted, int heardSince) {
      this.wanted = wanted;
      this.heardTakenAt = heardSince;
      clear();
    }

    void clear() {
      for (SwarmChange kind : KINDS) {
        lists.put(kind, new ArrayList<>());
      }
    }

    List<TorrentSwarm> list(SwarmChange kind) {
      return lists.getOrDefault(kind, List.of());
    }
  }

  private final SwarmIndex swarms;
  private final @Nullable Unread[] readers = new @Nullable Unread[MOST_READERS];

  /** Whom to tell what. Who is behind is told nothing, as it reads everything anew. */
  private int wanted;

  Changes(SwarmIndex swarms) {
    this.swarms = swarms;
  }

  private static int bit(int reader, SwarmChange kind) {
    return 1 << (KINDS.indexOf(kind) * MOST_READERS + reader);
  }

  private static int allBits(int reader) {
    return bit(reader, SwarmChange.PEERS)
        | bit(reader, SwarmChange.HEARD)
        | bit(reader, SwarmChange.COMPLETED);
  }

  // ---- what happens

  void noteChanged(TorrentSwarm swarm) {
    note(swarm, wanted & PEERS & ~swarm.unread());
  }

  /** Who has yet to read of its peers reads of these with them. */
  void noteHeard(TorrentSwarm swarm) {
    int unread = swarm.unread();
    note(swarm, wanted & HEARD & ~(unread | (unread << MOST_READERS)));
  }

  void noteCompleted(TorrentSwarm swarm) {
    note(swarm, wanted & COMPLETED & ~swarm.unread());
  }

  private void note(TorrentSwarm swarm, int bits) {
    if (bits != 0) {
      add(swarm, bits);
    }
  }

  private void add(TorrentSwarm swarm, int bits) {
    swarm.setUnread(swarm.unread() | bits);
    for (int left = bits; left != 0; left &= left - 1) {
      int bit = Integer.numberOfTrailingZeros(left);
      int reader = bit % MOST_READERS;
      List<TorrentSwarm> list = of(reader).list(KINDS.get(bit / MOST_READERS));
      list.add(swarm);
      if (list.size() > 2L * swarms.swarms() + FEW) {
        fallBehind(reader);
      }
    }
  }

  // ---- who reads it

  /**
   * Tells a reader of what happens from now on.
   *
   * @param reader its number, 0 to {@link #MOST_READERS} - 1
   * @param heardSince the second from which on those wait where peers were only heard
   */
  void open(int reader, Set<SwarmChange> kinds, int heardSince) {
    int bits = 0;
    for (SwarmChange kind : kinds) {
      bits |= bit(reader, kind);
    }
    readers[reader] = new Unread(bits, heardSince);
    forgetBits(reader);
    wanted |= bits;
  }

  void close(int reader) {
    wanted &= ~allBits(reader);
    readers[reader] = null;
  }

  /** Lets go what a reader has not read: all of it is to be read anew. */
  void fallBehind(int reader) {
    Unread unread = of(reader);
    unread.clear();
    unread.behind = true;
    unread.lost = true;
    wanted &= ~allBits(reader);
  }

  /** Makes everything that there is unread; what it was not told of before is no matter. */
  void beginAnew(int reader) {
    Unread unread = of(reader);
    unread.clear();
    unread.behind = false;
    unread.lost = false;
    forgetBits(reader);
    wanted |= unread.wanted;
    int peers = unread.wanted & PEERS;
    int completed = unread.wanted & COMPLETED;
    swarms.forEach(swarm -> note(swarm, swarm.completed() > 0 ? peers | completed : peers));
  }

  /** Those of an older reader, or of lists that are no more. */
  private void forgetBits(int reader) {
    int others = ~allBits(reader);
    swarms.forEach(swarm -> swarm.setUnread(swarm.unread() & others));
  }

  /** Whether torrents may be gone of which the reader was not told; once. */
  boolean takeLoss(int reader) {
    Unread unread = of(reader);
    boolean lost = unread.lost;
    unread.lost = false;
    return lost;
  }

  /** Takes the swarms of a list; they count as unread until {@link #read}. */
  List<TorrentSwarm> take(int reader, SwarmChange kind) {
    Unread unread = of(reader);
    if (unread.behind) {
      beginAnew(reader);
      unread.lost = true;
    }
    List<TorrentSwarm> taken = unread.list(kind);
    unread.lists.put(kind, new ArrayList<>());
    return taken;
  }

  /**
   * Takes the swarms in which peers were heard, which may have changed since; none, if the last
   * ones were taken less than {@code patienceSeconds} ago.
   */
  List<TorrentSwarm> takeHeard(int reader, int patienceSeconds, int now) {
    Unread unread = of(reader);
    if (now - unread.heardTakenAt < patienceSeconds) {
      return List.of();
    }
    unread.heardTakenAt = now;
    return take(reader, SwarmChange.HEARD);
  }

  boolean isUnread(TorrentSwarm swarm, int reader, SwarmChange kind) {
    return (swarm.unread() & bit(reader, kind)) != 0;
  }

  /** From now on a change is one more. */
  void read(TorrentSwarm swarm, int reader, SwarmChange kind) {
    swarm.setUnread(swarm.unread() & ~bit(reader, kind));
  }

  private Unread of(int reader) {
    Unread unread = readers[reader];
    if (unread == null) {
      throw new IllegalStateException("this reader is closed");
    }
    return unread;
  }
}
