package dev.skep.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoardTest {
  private final AtomicInteger painted = new AtomicInteger();

  @AutoClose
  private final Board<String> board =
      new Board<>(
          what -> () -> new Frame(Map.of(what, String.valueOf(painted.incrementAndGet()))), 3);

  @Test
  void whoWatchesTheSameSeesTheSameAndItIsPaintedOnce() throws Exception {
    try (var one = board.watch("a").orElseThrow();
        var other = board.watch("a").orElseThrow()) {
      Frame seen = one.next().orElseThrow();
      assertThat(other.next()).containsSame(seen);
      assertThat(seen).isEqualTo(new Frame(Map.of("a", "1")));
      assertThat(one.next()).contains(new Frame(Map.of("a", "2")));
    }
  }

  @Test
  void nothingIsPaintedWhileNobodyWatches() throws Exception {
    try (var watch = board.watch("a").orElseThrow()) {
      assertThat(watch.next()).isPresent();
    }
    int before = painted.get();
    await()
        .during(Duration.ofMillis(1200))
        .atMost(Duration.ofSeconds(3))
        .until(() -> painted.get() == before);
    try (var watch = board.watch("b").orElseThrow()) {
      assertThat(watch.next()).isPresent();
    }
  }

  @Test
  void asManyAsMayWatchDo() {
    List<Board<String>.Watch> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(board.watch("a").orElseThrow());
    }
    assertThat(board.watch("b")).isEmpty();
    all.getFirst().close();
    try (var next = board.watch("b").orElseThrow()) {
      assertThat(next).isNotNull();
    }
    all.subList(1, 3).forEach(Board.Watch::close);
  }

  @Test
  void whatCannotBePaintedStaysAsItWas() throws Exception {
    Frame only = new Frame(Map.of("a", "1"));
    Iterator<Frame> frames = List.of(only).iterator();
    try (var faulty = new Board<String>(_ -> frames::next, 1);
        var watch = faulty.watch("a").orElseThrow()) {
      assertThat(watch.next()).contains(only);
      assertThat(watch.next()).contains(only);
    }
  }

  @Test
  void whoWatchesHearsOfTheEnd() throws Exception {
    try (var watch = board.watch("a").orElseThrow()) {
      assertThat(watch.next()).isPresent();
      board.close();
      assertThat(watch.next()).isEmpty();
    }
    assertThat(board.watch("a")).isEmpty();
  }

  @Test
  void whoIsNewIsShownSomethingAtOnceAndNothingElseIsPaintedForThat() throws Exception {
    try (var one = board.watch("a").orElseThrow()) {
      assertThat(one.next()).isPresent();
      assertThat(one.next()).isPresent();
      int before = painted.get();
      try (var other = board.watch("b").orElseThrow()) {
        assertThat(other.next()).contains(new Frame(Map.of("b", String.valueOf(before + 1))));
      }
    }
  }

  @Test
  void whatTakesLongToPaintIsPaintedLessOften() throws Exception {
    var paintedNanos = new AtomicLong();
    long began = System.nanoTime();
    try (var slow =
            new Board<String>(
                _ ->
                    () -> {
                      long start = System.nanoTime();
                      LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
                      paintedNanos.addAndGet(System.nanoTime() - start);
                      return new Frame(Map.of());
                    },
                1);
        var watch = slow.watch("a").orElseThrow()) {
      assertThat(watch.next()).isPresent();
      assertThat(watch.next()).isPresent();
      long rests = System.nanoTime() - began - paintedNanos.get();
      assertThat(rests).isGreaterThan(paintedNanos.get());
    }
  }

  /** Else many who watch many things would wake one another all the time. */
  @Test
  void whoWatchesIsNotWokenByWhatOthersWatch() throws Exception {
    int things = 50;
    List<Thread> watchers = new ArrayList<>();
    var seen = new AtomicInteger();
    try (var wide =
        new Board<Integer>(
            what -> () -> new Frame(Map.of("n", String.valueOf(what))), Integer.MAX_VALUE)) {
      for (int i = 0; i < things; i++) {
        int what = i;
        watchers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (var watch = wide.watch(what).orElseThrow()) {
                        while (watch.next().isPresent()) {
                          seen.incrementAndGet();
                        }
                      } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                      }
                    }));
      }
      await().until(() -> seen.get() >= 2 * things);
      var threads = ManagementFactory.getThreadMXBean();
      long before = waits(threads, watchers);
      int seenBefore = seen.get();
      await().until(() -> seen.get() >= seenBefore + 2 * things);
      // One for a frame, and some for the lock.
      assertThat(waits(threads, watchers) - before).isLessThan(10L * things);
    }
    for (Thread watcher : watchers) {
      watcher.join();
    }
  }

  private static long waits(ThreadMXBean threads, List<Thread> some) {
    return some.stream()
        .mapToLong(thread -> threads.getThreadInfo(thread.threadId()).getWaitedCount())
        .sum();
  }

  @Test
  void aStreamTellsEverythingFirstAndEndsByItself() throws Exception {
    var out = new ByteArrayOutputStream();
    try (var watch = board.watch("a").orElseThrow()) {
      watch.send(Duration.ZERO, out);
    }
    assertThat(out.toString(UTF_8))
        .isEqualTo("retry: 500\n\ndata: {\"all\":true,\"set\":{\"a\":1},\"gone\":[]}\n\n");
  }
}
