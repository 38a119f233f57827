package dev.skep.agent.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of torrents, by a key of each. There is room between keys, so that mostly only what
 * moves has to be kept anew.
 */
public final class QueueOrder {
  private static final long ROOM = 1L << 20;

  /** Where to. */
  public sealed interface Move {
    record Top() implements Move {}

    record Bottom() implements Move {}

    /** One place, but not past another of those that move. */
    record Up() implements Move {}

    record Down() implements Move {}

    /** Before what is at this place without them, counted from 0; else behind all. */
    record To(int position) implements Move {}
  }

  private final Map<Integer, Long> keys;
  private final List<Integer> order;

  /**
   * @param keys by id; the lowest is first
   */
  QueueOrder(Map<Integer, Long> keys) {
    this.keys = Map.copyOf(keys);
    order = new ArrayList<>(keys.keySet());
    order.sort(
        Comparator.comparingLong((Integer id) -> this.keys.getOrDefault(id, 0L))
            .thenComparingInt(id -> id));
  }

  /** The place of each, from 0. */
  Map<Integer, Integer> positions() {
    Map<Integer, Integer> positions = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      positions.put(order.get(i), i);
    }
    return Map.copyOf(positions);
  }

  /** A key for one more, behind all. */
  long behindAll() {
    return order.isEmpty() ? 0 : key(order.getLast()) + ROOM;
  }

  private long key(int id) {
    return keys.getOrDefault(id, 0L);
  }

  /** The keys that change when some move. */
  Map<Integer, Long> moved(Collection<Integer> some, Move where) {
    Set<Integer> moving = new HashSet<>(some);
    moving.retainAll(order);
    List<Integer> next = after(moving, where);
    return next.equals(order) ? Map.of() : keysOf(next, moving);
  }

  private List<Integer> after(Set<Integer> moving, Move where) {
    return switch (where) {
      case Move.Top _ -> at(moving, 0);
      case Move.Bottom _ -> at(moving, order.size());
      case Move.To(int position) -> at(moving, position);
      case Move.Up _ -> stepped(order, moving);
      case Move.Down _ -> stepped(order.reversed(), moving).reversed();
    };
  }

  private List<Integer> at(Set<Integer> moving, int position) {
    List<Integer> next = new ArrayList<>(order);
    next.removeAll(moving);
    next.addAll(
        Math.clamp(position, 0, next.size()), order.stream().filter(moving::contains).toList());
    return next;
  }

  private static List<Integer> stepped(List<Integer> from, Set<Integer> moving) {
    List<Integer> next = new ArrayList<>(from);
    for (int i = 1; i < next.size(); i++) {
      if (moving.contains(next.get(i)) && !moving.contains(next.get(i - 1))) {
        Collections.swap(next, i - 1, i);
      }
    }
    return next;
  }

  /** New keys for what moves, between those of its neighbours; for all if there is no room. */
  private Map<Integer, Long> keysOf(List<Integer> next, Set<Integer> moving) {
    Map<Integer, Long> changed = new HashMap<>();
    for (int from = 0; from < next.size(); from++) {
      int to = from;
      while (to < next.size() && moving.contains(next.get(to))) {
        to++;
      }
      if (to > from && !spread(next, from, to, changed)) {
        return numbered(next);
      }
      from = to;
    }
    return changed;
  }

  private boolean spread(List<Integer> next, int from, int to, Map<Integer, Long> changed) {
    int count = to - from;
    long below = from > 0 ? key(next.get(from - 1)) : lowest(next, to) - (count + 1) * ROOM;
    long above = to < next.size() ? key(next.get(to)) : below + (count + 1) * ROOM;
    long step = (above - below) / (count + 1);
    for (int i = 0; i < count; i++) {
      changed.put(next.get(from + i), below + (i + 1) * step);
    }
    return step > 0;
  }

  private long lowest(List<Integer> next, int to) {
    return to < next.size() ? key(next.get(to)) : 0;
  }

  private static Map<Integer, Long> numbered(List<Integer> next) {
    Map<Integer, Long> keys = new HashMap<>();
    for (int i = 0; i < next.size(); i++) {
      keys.put(next.get(i), i * ROOM);
    }
    return keys;
  }
}
