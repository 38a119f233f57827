package dev.skep.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What pages show: made once a second for all who watch the same, and only while somebody does.
 * Made by a platform thread, which takes nothing from connections; where much is watched it is made
 * less often, so that a quarter of one processor's time is enough. Safe for many threads.
 *
 * @param <K> names what can be watched
 */
public final class Board<K> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Board.class.getName());
  private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How many times as long as painting took the next one is waited for. */
  private static final int RESTS = 3;

  /** Without a byte now and then nobody would hear that the reader is gone. */
  private static final int SILENT_FRAMES = 10;

  /** Makes frames of one thing, one after another; called by one thread. */
  @FunctionalInterface
  public interface Painter {
    Frame paint();
  }

  /** One thing that is watched. */
  private static final class Channel {
    final Painter painter;

    /** It was painted. Others who watch others are not woken by that. */
    final Condition news;

    int watchers;
    Frame last = Frame.NONE;
    long painted; // so many times

    Channel(Painter painter, Condition news) {
      this.painter = painter;
      this.news = news;
    }
  }

  private final Function<K, Painter> painters;
  private final ReentrantLock lock = new ReentrantLock();

  /** Who watches is another, or the board is closed: for the one who paints. */
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
  public Board(Function<K, Painter> painters, int mostWatchers) {
    this.painters = painters;
    this.mostWatchers = mostWatchers;
  }

  /** One who watches one thing. For one thread. */
  public final class Watch implements AutoCloseable {
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
          channel.news.await();
        }
        seen = channel.painted;
        return closed ? Optional.empty() : Optional.of(channel.last);
      } finally {
        lock.unlock();
      }
    }

    /**
     * Sends what is watched as server-sent events: everything first, then what changes. Whoever
     * reads slowly misses what lies between; nothing is queued.
     *
     * @param life after which it ends by itself; a browser opens the next
     * @throws IOException if nobody reads any more
     */
    public void send(Duration life, OutputStream out) throws IOException, InterruptedException {
      out.write("retry: 500\n\n".getBytes(UTF_8));
      out.flush(); // with the head: whoever asked hears that the stream has begun
      long until = System.nanoTime() + life.toNanos();
      int silent = 0;
      Frame told = Frame.NONE;
      do {
        Optional<Frame> next = next();
        if (next.isEmpty()) {
          return;
        }
        Optional<String> news = next.get().since(told);
        if (news.isPresent()) {
          out.write(("data: " + news.get() + "\n\n").getBytes(UTF_8));
          out.flush();
          told = next.get();
          silent = 0;
        } else if (++silent % SILENT_FRAMES == 0) {
          out.write(":\n\n".getBytes(UTF_8));
          out.flush();
        }
      } while (System.nanoTime() - until < 0);
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
  public Optional<Watch> watch(K what) {
    lock.lock();
    try {
      if (closed || watchers >= mostWatchers) {
        return Optional.empty();
      }
      watchers++;
      Channel channel =
          channels.computeIfAbsent(
              what, key -> new Channel(painters.apply(key), lock.newCondition()));
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
    long rested = due;
    while (true) {
      List<Channel> some = turn(due, rested);
      if (some.isEmpty()) {
        return;
      }
      long began = System.nanoTime();
      boolean all = began - due >= 0;
      some.forEach(this::paint);
      long now = System.nanoTime();
      rested = now + RESTS * (now - began);
      due = later(all ? began + TURN_NANOS : due, rested);
    }
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /**
   * Waits until it is time for all, or for somebody new.
   *
   * @param rested before which nothing is painted
   * @return what to paint; nothing when nobody watches any more
   */
  private List<Channel> turn(long due, long rested) {
    lock.lock();
    try {
      long now = System.nanoTime();
      while (!closed && !channels.isEmpty() && (isAnybodyNew() ? rested : due) - now > 0) {
        changed.awaitNanos((isAnybodyNew() ? rested : due) - now);
        now = System.nanoTime();
      }
      painting = !closed && !channels.isEmpty();
      boolean all = now - due >= 0;
      return painting
          ? channels.values().stream().filter(channel -> all || channel.painted == 0).toList()
          : List.of();
    } catch (InterruptedException e) {
      painting = false;
      return List.of();
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
      channel.news.signalAll();
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
      channels.values().forEach(channel -> channel.news.signalAll());
    } finally {
      lock.unlock();
    }
  }
}
