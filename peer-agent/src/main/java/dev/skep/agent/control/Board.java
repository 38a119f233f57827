package dev.skep.agent.control;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What pages show: made once a second for all who watch the same, and only while somebody does.
 * Made by a platform thread, which takes nothing from connections. Safe for many threads.
 *
 * @param <K> names what can be watched
 */
final class Board<K> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Board.class.getName());
  private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Makes frames of one thing, one after another; called by one thread. */
  interface Painter {
    Frame paint();
  }

  /** One thing that is watched. */
  private static final class Channel {
    final Painter painter;
    int watchers;
    Frame last = Frame.NONE;
    long painted; // so many times

    Channel(Painter painter) {
      this.painter = painter;
    }
  }

  private final Function<K, Painter> painters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<K, Channel> channels = new HashMap<>();
  private final int mostWatchers;
  private int watchers;
  private boolean painting;
  private boolean closed;

  /**
   * @param painters by what is to be watched
   * @param mostWatchers at a time
   */
  Board(Function<K, Painter> painters, int mostWatchers) {
    this.painters = painters;
    this.mostWatchers = mostWatchers;
  }

  /** One who watches one thing. For one thread. */
  final class Watch implements AutoCloseable {
    private final K what;
    private final Channel channel;
    private long seen;

    private Watch(K what, Channel channel) {
      this.what = what;
      this.channel = channel;
    }

    /** Waits for the next frame; empty when the board is closed. */
    Optional<Frame> next() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        while (!closed && channel.painted == seen) {
          changed.await();
        }
        seen = channel.painted;
        return closed ? Optional.empty() : Optional.of(channel.last);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        watchers--;
        if (--channel.watchers == 0) {
          channels.remove(what);
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Begins to watch something; empty when as many as may be do so already. */
  Optional<Watch> watch(K what) {
    lock.lock();
    try {
      if (closed || watchers >= mostWatchers) {
        return Optional.empty();
      }
      watchers++;
      Channel channel = channels.computeIfAbsent(what, key -> new Channel(painters.apply(key)));
      channel.watchers++;
      if (!painting) {
        painting = true;
        Thread.ofPlatform().daemon().name("skep-page").start(this::run);
      } else if (channel.painted == 0) {
        changed.signalAll(); // who comes new is not kept waiting
      }
      return Optional.of(new Watch(what, channel));
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long due = System.nanoTime();
    while (true) {
      Map<K, Channel> all = turn(due);
      if (all.isEmpty()) {
        return;
      }
      due = System.nanoTime() + TURN_NANOS;
      for (Channel channel : all.values()) {
        paint(channel);
      }
    }
  }

  /** Waits until it is time, or somebody new has come; nothing when nobody watches any more. */
  private Map<K, Channel> turn(long due) {
    lock.lock();
    try {
      long left = due - System.nanoTime();
      while (!closed && left > 0 && !channels.isEmpty() && !isAnybodyNew()) {
        left = changed.awaitNanos(left);
      }
      painting = !closed && !channels.isEmpty();
      return painting ? Map.copyOf(channels) : Map.of();
    } catch (InterruptedException e) {
      painting = false;
      return Map.of();
    } finally {
      lock.unlock();
    }
  }

  private boolean isAnybodyNew() {
    return channels.values().stream().anyMatch(channel -> channel.painted == 0);
  }

  private void paint(Channel channel) {
    Frame frame;
    try {
      frame = channel.painter.paint();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: what a page shows", e);
      frame = channel.last; // the page keeps what it shows
    }
    lock.lock();
    try {
      channel.last = frame;
      channel.painted++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Everybody who watches hears of it. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
