package dev.skep.tracker.swarm;

import java.util.ArrayList;
import java.util.List;

/**
 * Which swarms of one stripe are to be saved. Where peers came, left or became seeders that is
 * soon. Where peers were only heard again it can wait, and that is most swarms most of the time:
 * see {@link SwarmLimits#mostUnsavedSeconds}.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class Unsaved {
  private List<Swarm> changed = new ArrayList<>();
  private List<Swarm> heard = new ArrayList<>();
  private int heardTakenAt;

  /**
   * None yet.
   *
   * @param since the second from which on those wait where peers were only heard
   */
  Unsaved(int since) {
    this.heardTakenAt = since;
  }

  void noteChanged(Swarm swarm) {
    if (!swarm.changed()) {
      swarm.setChanged(true);
      changed.add(swarm);
    }
  }

  void noteHeard(Swarm swarm) {
    if (!swarm.changed() && !swarm.heard()) {
      swarm.setHeard(true);
      heard.add(swarm);
    }
  }

  /** Takes the swarms that changed; they count as changed until they are frozen. */
  List<Swarm> takeChanged() {
    List<Swarm> taken = changed;
    changed = new ArrayList<>();
    return taken;
  }

  /**
   * Takes the swarms in which peers were heard, which may have changed since; none, if the last
   * ones were taken less than {@code patienceSeconds} ago.
   */
  List<Swarm> takeHeard(int patienceSeconds, int now) {
    if (now - heardTakenAt < patienceSeconds) {
      return List.of();
    }
    heardTakenAt = now;
    List<Swarm> taken = heard;
    heard = new ArrayList<>();
    return taken;
  }

  /** Lets all go that were noted and not taken. */
  void clear() {
    changed.clear();
    heard.clear();
  }
}
