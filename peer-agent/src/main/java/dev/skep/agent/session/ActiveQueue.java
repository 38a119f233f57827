package dev.skep.agent.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which transfers are at work: those that came first, as many downloads and as many seeds as the
 * limits allow. The others wait and cost nothing but memory for their torrents. Safe for many
 * threads.
 */
final class ActiveQueue {

  /** What stands in the queue. Called without any lock. */
  interface Member {
    /** It has all that it wants, and would only seed. */
    boolean isComplete();

    /** Nothing came for a while, though it is at work. */
    boolean isStalled();

    /** Its turn has come. */
    void activate();

    /** Its turn is over for now. */
    void deactivate();
  }

  private final int maxDownloads;
  private final int maxSeeds;
  private final Set<Member> active = new LinkedHashSet<>();
  private final Set<Member> waiting = new LinkedHashSet<>();

  /** Limits of 0 are none. */
  ActiveQueue(int maxDownloads, int maxSeeds) {
    this.maxDownloads = maxDownloads == 0 ? Integer.MAX_VALUE : maxDownloads;
    this.maxSeeds = maxSeeds == 0 ? Integer.MAX_VALUE : maxSeeds;
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
    }
    admit();
  }

  /** Something changed: gives turns to those for whom there is room, takes them from others. */
  void admit() {
    List<Member> over = new ArrayList<>();
    List<Member> next = new ArrayList<>();
    synchronized (this) {
      int downloads = 0;
      int seeds = 0;
      for (Member member : List.copyOf(active)) {
        if (member.isComplete() ? seeds >= maxSeeds : downloads >= maxDownloads) {
          over.add(member);
          active.remove(member);
        } else if (member.isComplete()) {
          seeds++;
        } else {
          downloads++;
        }
      }
      for (Member member : List.copyOf(waiting)) {
        boolean room = member.isComplete() ? seeds < maxSeeds : downloads < maxDownloads;
        if (room) {
          waiting.remove(member);
          active.add(member);
          next.add(member);
          seeds += member.isComplete() ? 1 : 0;
          downloads += member.isComplete() ? 0 : 1;
        }
      }
      waiting.addAll(over);
    }
    over.forEach(Member::deactivate);
    next.forEach(Member::activate);
  }

  /** A download that gets nothing gives its turn to one that waits. */
  void rotate() {
    Member stalled = null;
    synchronized (this) {
      if (waiting.stream().anyMatch(member -> !member.isComplete())) {
        stalled = active.stream().filter(Member::isStalled).findFirst().orElse(null);
      }
      if (stalled != null) {
        active.remove(stalled);
      }
    }
    if (stalled != null) {
      stalled.deactivate();
      admit();
      add(stalled);
    }
  }
}
