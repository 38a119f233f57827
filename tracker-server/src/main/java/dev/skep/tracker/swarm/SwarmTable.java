package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The swarms of one stripe by info-hash: open addressing, linear probing, at most three quarters
 * full.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class SwarmTable {
  private static final int FEWEST_SLOTS = 8;

  private final Hashing hashing;
  private @Nullable Swarm[] slots = new @Nullable Swarm[FEWEST_SLOTS];
  private int swarms;

  SwarmTable(Hashing hashing) {
    this.hashing = hashing;
  }

  /** How many slots there are: all swarms stand in slots 0 to that less one. */
  int slots() {
    return slots.length;
  }

  @Nullable Swarm at(int slot) {
    return slots[slot];
  }

  @Nullable Swarm find(long hash, InfoHash infoHash) {
    int mask = slots.length - 1;
    for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
      Swarm swarm = slots[slot];
      if (swarm == null || swarm.infoHash().equals(infoHash)) {
        return swarm;
      }
    }
  }

  /** Where a swarm that is here stands. */
  int slotOf(long hash, Swarm swarm) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != swarm) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Adds a swarm that is not here yet. */
  void add(long hash, Swarm swarm) {
    if ((swarms + 1) * 4 > slots.length * 3) {
      @Nullable Swarm[] old = slots;
      slots = new @Nullable Swarm[old.length * 2];
      for (Swarm moved : old) {
        if (moved != null) {
          place(SwarmStore.hash(hashing, moved.infoHash()), moved);
        }
      }
    }
    place(hash, swarm);
    swarms++;
  }

  private void place(long hash, Swarm swarm) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != null) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = swarm;
  }

  /** Empties a slot and closes the gap, so that no search ends too early. */
  void remove(int slot) {
    int mask = slots.length - 1;
    int hole = slot;
    int next = (hole + 1) & mask;
    for (Swarm swarm = slots[next]; swarm != null; swarm = slots[next]) {
      int home = (int) SwarmStore.hash(hashing, swarm.infoHash()) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots[hole] = swarm;
        hole = next;
      }
      next = (next + 1) & mask;
    }
    slots[hole] = null;
    swarms--;
  }

  void forEach(Consumer<Swarm> action) {
    for (Swarm swarm : slots) {
      if (swarm != null) {
        action.accept(swarm);
      }
    }
  }
}
