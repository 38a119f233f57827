package dev.skep.agent.torrent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whom to serve.
 *
 * <ul>
 *   <li>Peers of the local network are served, all of them: the line that slots share out is not
 *       between us.
 *   <li>While we download, the slots go to those who gave us the most since the last round, so that
 *       it pays to give; whoever leaves our requests unanswered gets none.
 *   <li>While we seed, those who are served keep their slot for a turn, then those who wait longest
 *       get it: every peer can then pass on what it got. Within a turn the faster ones stay first.
 *   <li>One slot more is optimistic: it goes round among those who wait, so that newcomers have
 *       something to give and better partners are found.
 *   <li>A free slot is given at once, without waiting for a round.
 * </ul>
 */
final class Choker {
  private static final int FEWEST_SLOTS = 4;
  private static final int MOST_SLOTS = 50;

  private final TorrentSettings settings;
  private int slots = FEWEST_SLOTS;
  private @Nullable Peer optimistic;
  private long optimisticSince;
  private double peakBytesPerSecond;

  Choker(TorrentSettings settings, long now) {
    this.settings = settings;
    slots = settings.uploadSlots() == 0 ? FEWEST_SLOTS : settings.uploadSlots();
    optimisticSince = now;
  }

  int slots() {
    return slots;
  }

  private boolean takesNoSlot(Peer peer) {
    return settings.serveLocalNetwork() && peer.can.localNetwork();
  }

  /** The peer became interested: serves it at once when that takes nothing from others. */
  boolean interested(Peer peer, List<Peer> peers, long now) {
    if (!peer.unchoked && (takesNoSlot(peer) || taken(peers) < slots)) {
      unchoke(peer, now);
      return true;
    }
    return false;
  }

  private int taken(List<Peer> peers) {
    int taken = 0;
    for (Peer peer : peers) {
      if (peer.unchoked && peer.interested && !takesNoSlot(peer) && peer != optimistic) {
        taken++;
      }
    }
    return taken;
  }

  private static void unchoke(Peer peer, long now) {
    peer.unchoked = true;
    peer.unchokedAt = now;
    peer.requestsWhileChoked = 0;
  }

  /** A choke round: decides for all, and hands those whose state changed to {@code changed}. */
  void round(List<Peer> peers, boolean seeding, long upBytesPerSecond, long now, Wakes changed) {
    followCapacity(upBytesPerSecond);
    List<Peer> ranked = new ArrayList<>();
    for (Peer peer : peers) {
      if (!peer.interested) {
        choke(peer, changed);
      } else if (takesNoSlot(peer)) {
        serve(peer, now, changed);
      } else {
        ranked.add(peer);
      }
    }
    ranked.sort(seeding ? byTurn(now) : byGiving());
    List<Peer> waiting = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      Peer peer = ranked.get(i);
      if (i < slots && (seeding || !peer.snubbed)) {
        serve(peer, now, changed);
      } else {
        waiting.add(peer);
      }
    }
    chooseOptimistic(waiting, now);
    for (Peer peer : waiting) {
      if (peer == optimistic) {
        serve(peer, now, changed);
      } else {
        choke(peer, changed);
      }
    }
    for (Peer peer : peers) {
      peer.downAtRound = peer.down.totalBytes();
      peer.upAtRound = peer.up.totalBytes();
    }
  }

  /** More slots on a faster line: each of them should still be worth having. */
  private void followCapacity(long upBytesPerSecond) {
    if (settings.uploadSlots() == 0) {
      peakBytesPerSecond = Math.max((double) upBytesPerSecond, peakBytesPerSecond * 0.9);
      slots =
          Math.clamp((int) Math.sqrt(peakBytesPerSecond / 1_024 * 0.6), FEWEST_SLOTS, MOST_SLOTS);
    }
  }

  private static Comparator<Peer> byGiving() {
    return Comparator.<Peer>comparingInt(p -> p.snubbed ? 1 : 0)
        .thenComparingLong(p -> p.downAtRound - p.down.totalBytes())
        .thenComparingLong(p -> p.unchoked ? 0 : 1)
        .thenComparingLong(p -> p.joinedAt);
  }

  private Comparator<Peer> byTurn(long now) {
    long turn = settings.optimisticInterval().toNanos();
    return Comparator.<Peer>comparingInt(p -> p.unchoked && now - p.unchokedAt < turn ? 0 : 1)
        .thenComparingLong(
            p -> p.unchoked && now - p.unchokedAt < turn ? p.upAtRound - p.up.totalBytes() : 0)
        .thenComparingLong(p -> p.unchokedAt);
  }

  /** The one who has waited longest since it was last served, for one interval. */
  private void chooseOptimistic(List<Peer> waiting, long now) {
    boolean over = now - optimisticSince >= settings.optimisticInterval().toNanos();
    if (over || optimistic == null || !waiting.contains(optimistic)) {
      optimistic = waiting.stream().min(Comparator.comparingLong(p -> p.unchokedAt)).orElse(null);
      optimisticSince = now;
    }
  }

  private static void serve(Peer peer, long now, Wakes changed) {
    if (!peer.unchoked) {
      unchoke(peer, now);
      changed.add(peer);
    }
  }

  private static void choke(Peer peer, Wakes changed) {
    if (peer.unchoked) {
      peer.unchoked = false;
      changed.add(peer);
    }
  }
}
