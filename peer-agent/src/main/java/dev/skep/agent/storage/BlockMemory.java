package dev.skep.agent.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded memory that holds blocks between socket and disk: direct buffers of {@link
 * #SLOT_BYTES}, one block each, whatever the piece length. Taken from the system as needed, never
 * given back; the slot released last is handed out first, while it is still in the processor's
 * cache.
 */
public final class BlockMemory {
  /** Capacity of each slot: one block. */
  public static final int SLOT_BYTES = 16 * 1024;

  private static final int SLOTS_PER_SLAB = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private final CopyOnWriteArrayList<Runnable> pressureListeners = new CopyOnWriteArrayList<>();
  private final int maxSlots;
  private int createdSlots;

  /**
   * @param maxBytes rounded down to whole slots, but at least 64 of them
   */
  public BlockMemory(long maxBytes) {
    maxSlots = Math.clamp(maxBytes / SLOT_BYTES, SLOTS_PER_SLAB, Integer.MAX_VALUE);
  }

  /** An empty slot, or null when none is left. */
  public @Nullable ByteBuffer tryTake() {
    lock.lock();
    try {
      return poll();
    } finally {
      lock.unlock();
    }
  }

  /** An empty slot, or null when half of the memory's bound or more is in use. */
  @Nullable ByteBuffer tryTakeSpare() {
    lock.lock();
    try {
      return scarce() ? null : poll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fills {@code into[from..to)} as far as slots beyond half of the memory's bound remain, so that
   * spare slots never starve those who cannot go on without one.
   *
   * @return the index after the last one filled
   */
  public int takeSpare(@Nullable ByteBuffer[] into, int from, int to) {
    lock.lock();
    try {
      int i = from;
      while (i < to && !scarce()) {
        into[i++] = poll();
      }
      return i;
    } finally {
      lock.unlock();
    }
  }

  /** Adds someone to be told, on the thread of whoever waits, that slots are wanted badly. */
  void addPressureListener(Runnable listener) {
    pressureListeners.add(listener);
  }

  void removePressureListener(Runnable listener) {
    pressureListeners.remove(listener);
  }

  /**
   * An empty slot. When there is none, asks for what can be spared, and waits.
   *
   * @return null when none was released in time
   */
  public @Nullable ByteBuffer take(long waitNanos) throws InterruptedException {
    ByteBuffer slot = tryTake();
    if (slot == null) {
      pressureListeners.forEach(Runnable::run);
      slot = await(waitNanos);
    }
    return slot;
  }

  private @Nullable ByteBuffer await(long waitNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = waitNanos;
      ByteBuffer slot = poll();
      while (slot == null && left > 0) {
        left = released.awaitNanos(left);
        slot = poll();
      }
      return slot;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a slot back. Nobody may touch it after that. */
  public void release(ByteBuffer slot) {
    lock.lock();
    try {
      free.addLast(slot.clear());
      released.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Gives back {@code slots[from..to)} and forgets them there; absent ones are skipped. */
  public void release(@Nullable ByteBuffer[] slots, int from, int to) {
    lock.lock();
    try {
      for (int i = from; i < to; i++) {
        ByteBuffer slot = slots[i];
        if (slot != null) {
          slots[i] = null;
          free.addLast(slot.clear());
        }
      }
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Slots that can be taken without waiting. */
  public int availableSlots() {
    lock.lock();
    try {
      return available();
    } finally {
      lock.unlock();
    }
  }

  /** The bound. */
  public int maxSlots() {
    return maxSlots;
  }

  /** Whether half of the bound or more is in use: who can do with less should. */
  boolean isScarce() {
    lock.lock();
    try {
      return scarce();
    } finally {
      lock.unlock();
    }
  }

  private boolean scarce() {
    return available() <= maxSlots / 2;
  }

  private int available() {
    return free.size() + maxSlots - createdSlots;
  }

  private @Nullable ByteBuffer poll() {
    if (free.isEmpty() && createdSlots < maxSlots) {
      int count = Math.min(SLOTS_PER_SLAB, maxSlots - createdSlots);
      ByteBuffer slab = ByteBuffer.allocateDirect(count * SLOT_BYTES);
      for (int i = 0; i < count; i++) {
        free.addLast(slab.slice(i * SLOT_BYTES, SLOT_BYTES));
      }
      createdSlots += count;
    }
    return free.pollLast();
  }
}
