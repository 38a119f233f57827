package dev.skep.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
}
