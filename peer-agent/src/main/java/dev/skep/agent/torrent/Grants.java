package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The requests of one peer that wait to be served, oldest first. Whoever adds keeps the bound. */
final class Grants {
  private @Nullable BlockRef[] waiting = new BlockRef[8];
  private long[] since = new long[8];
  private int front;
  private int end;

  int size() {
    return end - front;
  }

  boolean isEmpty() {
    return end == front;
  }

  /** The {@code i}-th oldest. */
  BlockRef at(int i) {
    return Objects.requireNonNull(waiting[front + i]);
  }

  /** Since when the {@code i}-th oldest waits. */
  long since(int i) {
    return since[front + i];
  }

  void add(BlockRef block, long now) {
    if (end == waiting.length) {
      int size = size();
      int capacity = size > waiting.length / 2 ? waiting.length * 2 : waiting.length;
      waiting = Arrays.copyOf(Arrays.copyOfRange(waiting, front, end), capacity);
      since = Arrays.copyOf(Arrays.copyOfRange(since, front, end), capacity);
      front = 0;
      end = size;
    }
    waiting[end] = block;
    since[end] = now;
    end++;
  }

  /** Takes the {@code i}-th oldest out; cheap near the front. */
  BlockRef take(int i) {
    BlockRef taken = at(i);
    System.arraycopy(waiting, front, waiting, front + 1, i);
    System.arraycopy(since, front, since, front + 1, i);
    waiting[front] = null;
    front++;
    return taken;
  }

  boolean contains(BlockRef block) {
    return find(block) >= 0;
  }

  /** Takes this block out; false when it does not wait. */
  boolean remove(BlockRef block) {
    int i = find(block);
    if (i >= 0) {
      take(i);
    }
    return i >= 0;
  }

  private int find(BlockRef block) {
    for (int i = 0; i < size(); i++) {
      if (at(i).equals(block)) {
        return i;
      }
    }
    return -1;
  }
}
