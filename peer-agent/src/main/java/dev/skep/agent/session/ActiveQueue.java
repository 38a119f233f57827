package dev.skep.agent.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which transfers are at work: those that came first, as many downloads and as many seeds as the
 * limits allow. The others wait and cost nothing but memory for their torrents. Safe for many
 * threads.
 */
final class ActiveQueue {
  private static final Logger LOG = System.getLogger(ActiveQueue.class.getName());

  /** What stands in the queue. */
  interface Member {
    /** It has all that it wants, and would only seed. */
    boolean isComplete();

    /** Nothing came for a while, though it is at work. */
    boolean isStalled();

    /**
     * Of those that wait, who has a lower one is first; who has the same, in the order of {@link
     * #add}.
     */
    default long rank() {
      return 0;
    }

    /** Its turn has come. Called without any lock, as {@link #deactivate} is, one after another. */
    void activate();

    /** Its turn is over for now. */
    void deactivate();
  }

  private int maxDownloads;
  private int maxSeeds;
  private final Set<Member> active = new LinkedHashSet<>();
  private final Set<Member> waiting = new LinkedHashSet<>();

  /** Those that gave up a turn since they had it last: they wait behind all others. */
  private final Set<Member> rested = new HashSet<>();

  /** Turns that were given and taken and of which the members do not know yet, in order. */
  private final Queue<Runnable> untold = new ArrayDeque<>();

  private boolean telling;
  private boolean closed;

  /** Limits of 0 are none. */
  ActiveQueue(int maxDownloads, int maxSeeds) {
    this.maxDownloads = orNone(maxDownloads);
    this.maxSeeds = orNone(maxSeeds);
  }

  private static int orNone(int limit) {
    return limit == 0 ? Integer.MAX_VALUE : limit;
  }

  /** Changes the limits; 0 is none. */
  void limit(int downloads, int seeds) {
    synchronized (this) {
      maxDownloads = orNone(downloads);
      maxSeeds = orNone(seeds);
    }
    admit();
  }

  /** It could work, and waits for its turn. */
  void add(Member member) {
    synchronized (this) {
      if (!active.contains(member)) {
        waiting.add(member);
      }
    }
    admit();
  }

  /** It cannot or must not work. */
  void remove(Member member) {
    synchronized (this) {
      active.remove(member);
      waiting.remove(member);
      rested.remove(member);
    }
    admit();
  }

  /** Something changed: gives turns to those for whom there is room, takes them from others. */
  void admit() {
    synchronized (this) {
      if (closed) {
        return;
      }
      List<Member> over = new ArrayList<>();
      int downloads = 0;
      int seeds = 0;
      for (Member member : List.copyOf(active)) {
        if (member.isComplete() ? seeds >= maxSeeds : downloads >= maxDownloads) {
          over.add(member);
          untold.add(member::deactivate);
          active.remove(member);
        } else if (member.isComplete()) {
          seeds++;
        } else {
          downloads++;
        }
      }
      for (Member member : inOrder()) {
        boolean room = member.isComplete() ? seeds < maxSeeds : downloads < maxDownloads;
        if (room) {
          waiting.remove(member);
          rested.remove(member);
          active.add(member);
          untold.add(member::activate);
          seeds += member.isComplete() ? 1 : 0;
          downloads += member.isComplete() ? 0 : 1;
        }
      }
      waiting.addAll(over);
    }
    tell();
  }

  private List<Member> inOrder() {
    List<Member> order = new ArrayList<>(waiting);
    order.sort(
        Comparator.comparing((Member member) -> rested.contains(member))
            .thenComparingLong(Member::rank));
    return order;
  }

  private void tell() {
    synchronized (this) {
      if (telling) {
        return; // whoever is at it goes on with this too
      }
      telling = true;
    }
    for (Runnable next = nextUntold(); next != null; next = nextUntold()) {
      try {
        next.run();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a transfer could not take its turn", e);
      }
    }
  }

  private synchronized @Nullable Runnable nextUntold() {
    Runnable next = untold.poll();
    telling = next != null;
    return next;
  }

  /** Gives no turns any more. */
  synchronized void close() {
    closed = true;
  }

  /** Whether {@link #rotate} would do something. */
  synchronized boolean isRotationDue() {
    return stalled() != null;
  }

  private @Nullable Member stalled() {
    for (Member member : waiting) {
      if (!member.isComplete()) {
        return active.stream().filter(Member::isStalled).findFirst().orElse(null);
      }
    }
    return null;
  }

  /** A download that gets nothing gives its turn to one that waits. */
  void rotate() {
    synchronized (this) {
      Member stalled = stalled();
      if (stalled == null) {
        return;
      }
      active.remove(stalled);
      waiting.add(stalled);
      rested.add(stalled);
      untold.add(stalled::deactivate);
    }
    admit();
  }
}
