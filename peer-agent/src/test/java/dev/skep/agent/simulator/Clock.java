package dev.skep.agent.simulator;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Virtual time: events run in order of their time, those of the same time in the order in which
 * they were added.
 */
final class Clock {
  private long[] times = new long[1024];
  private long[] numbers = new long[1024];
  private Runnable[] events = new Runnable[1024];
  private final Queue<Runnable> soon = new ArrayDeque<>();
  private int size;
  private long added;
  private long now;

  /** Nanoseconds since the simulation began. */
  long now() {
    return now;
  }

  /**
   * At this moment, after what was already to run at this moment; much cheaper than {@code in(0,
   * event)}.
   */
  void soon(Runnable event) {
    soon.add(event);
  }

  void in(long nanos, Runnable event) {
    at(now + nanos, event);
  }

  void at(long time, Runnable event) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      numbers = Arrays.copyOf(numbers, 2 * size);
      events = Arrays.copyOf(events, 2 * size);
    }
    int i = size++;
    long number = added++;
    while (i > 0 && earlier(time, number, (i - 1) / 2)) {
      move((i - 1) / 2, i);
      i = (i - 1) / 2;
    }
    put(i, time, number, event);
  }

  /** Runs the next event; false when there is none. */
  boolean step() {
    Runnable first = soon.poll();
    if (first != null) {
      first.run();
      return true;
    }
    if (size == 0) {
      return false;
    }
    now = Math.max(now, times[0]);
    Runnable event = events[0];
    size--;
    if (size > 0) {
      sink(times[size], numbers[size], events[size]);
    }
    event.run();
    return true;
  }

  private void sink(long time, long number, Runnable event) {
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child + 1 < size && earlier(times[child + 1], numbers[child + 1], child)) {
        child++;
      }
      if (child >= size || earlier(time, number, child)) {
        put(i, time, number, event);
        return;
      }
      move(child, i);
      i = child;
    }
  }

  private boolean earlier(long time, long number, int than) {
    return time < times[than] || (time == times[than] && number < numbers[than]);
  }

  private void move(int from, int to) {
    put(to, times[from], numbers[from], events[from]);
  }

  private void put(int i, long time, long number, Runnable event) {
    times[i] = time;
    numbers[i] = number;
    events[i] = event;
  }
}
