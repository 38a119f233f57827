package dev.skep.tracker.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which swarms of one stripe are to be saved. Where peers came, left or became seeders that is
 * soon. Where peers were only heard again it can wait, and that is most swarms most of the time:
 * see {@link SwarmLimits#mostUnsavedSeconds}.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Unsaved {
  /** Lists of fewer swarms are not looked through for those that are gone. */
  static final int FEW = 128;

  private final Predicate<TorrentSwarm> isHere;
  private List<TorrentSwarm> changed = new ArrayList<>();
  private List<TorrentSwarm> heard = new ArrayList<>();
  private int heardTakenAt;
  private int lookThroughAt = FEW;

  /**
   * None yet.
   *
   * @param since the second from which on those wait where peers were only heard
   * @param isHere whether a swarm that was noted still exists
   */
  Unsaved(int since, Predicate<TorrentSwarm> isHere) {
    this.heardTakenAt = since;
    this.isHere = isHere;
  }

  void noteChanged(TorrentSwarm swarm) {
    if (!swarm.changed()) {
      swarm.setChanged(true);
      changed.add(swarm);
      forgetTheGone();
    }
  }

  /** While nothing can be saved nobody takes them, and swarms come and go. */
  private void forgetTheGone() {
    if (changed.size() + heard.size() > lookThroughAt) {
      changed.removeIf(isHere.negate());
      heard.removeIf(isHere.negate());
      int here = changed.size() + heard.size();
      lookThroughAt = here + here / 4 + FEW;
    }
  }

  void noteHeard(TorrentSwarm swarm) {
    if (!swarm.changed() && !swarm.heard()) {
      swarm.setHeard(true);
      heard.add(swarm);
      forgetTheGone();
    }
  }

  /** Takes the swarms that changed; they count as changed until they are frozen. */
  List<TorrentSwarm> takeChanged() {
    List<TorrentSwarm> taken = changed;
    changed = new ArrayList<>();
    return taken;
  }

  /**
   * Takes the swarms in which peers were heard, which may have changed since; none, if the last
   * ones were taken less than {@code patienceSeconds} ago.
   */
  List<TorrentSwarm> takeHeard(int patienceSeconds, int now) {
    if (now - heardTakenAt < patienceSeconds) {
      return List.of();
    }
    heardTakenAt = now;
    List<TorrentSwarm> taken = heard;
    heard = new ArrayList<>();
    return taken;
  }

  /** Lets all go that were noted and not taken. */
  void clear() {
    changed.clear();
    heard.clear();
  }
}
