package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.service.QueueOrder.Move;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueOrderTest {
  private static Map<Integer, Long> queue(int count) {
    Map<Integer, Long> keys = new HashMap<>();
    for (int id = 1; id <= count; id++) {
      keys.put(id, new QueueOrder(keys).behindAll());
    }
    return keys;
  }

  private static List<Integer> order(Map<Integer, Long> keys) {
    Map<Integer, Integer> positions = new QueueOrder(keys).positions();
    return keys.keySet().stream().sorted(Comparator.comparing(positions::get)).toList();
  }

  private static List<Integer> after(Map<Integer, Long> keys, Set<Integer> some, Move move) {
    Map<Integer, Long> next = new HashMap<>(keys);
    next.putAll(new QueueOrder(keys).moved(some, move));
    return order(next);
  }

  @Test
  void torrentsMoveAndKeepTheirOrderAmongEachOther() {
    Map<Integer, Long> keys = queue(5);
    assertThat(order(keys)).containsExactly(1, 2, 3, 4, 5);
    assertThat(after(keys, Set.of(4, 2), new Move.Top())).containsExactly(2, 4, 1, 3, 5);
    assertThat(after(keys, Set.of(4, 2), new Move.Bottom())).containsExactly(1, 3, 5, 2, 4);
    assertThat(after(keys, Set.of(2, 3), new Move.Up())).containsExactly(2, 3, 1, 4, 5);
    assertThat(after(keys, Set.of(1, 2), new Move.Up())).containsExactly(1, 2, 3, 4, 5);
    assertThat(after(keys, Set.of(3, 4), new Move.Down())).containsExactly(1, 2, 5, 3, 4);
    assertThat(after(keys, Set.of(4, 5), new Move.Down())).containsExactly(1, 2, 3, 4, 5);
    assertThat(after(keys, Set.of(5), new Move.To(1))).containsExactly(1, 5, 2, 3, 4);
    assertThat(after(keys, Set.of(1), new Move.To(99))).containsExactly(2, 3, 4, 5, 1);
  }

  @Test
  void onlyWhatMovesIsKeptAnew() {
    Map<Integer, Long> keys = queue(1000);
    assertThat(new QueueOrder(keys).moved(Set.of(500), new Move.Top())).hasSize(1);
    assertThat(new QueueOrder(keys).moved(Set.of(500), new Move.To(10))).hasSize(1);
    assertThat(new QueueOrder(keys).moved(Set.of(1), new Move.Top())).isEmpty();
  }

  @Test
  void anyNumberOfMovesEndsAsOneWouldMoveThemInAList() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Map<Integer, Long> keys = queue(6);
      List<Integer> model = new ArrayList<>(order(keys));
      for (int step = 0; step < 400; step++) {
        int id = 1 + random.nextInt(6);
        int position = random.nextInt(6);
        keys.putAll(new QueueOrder(keys).moved(Set.of(id), new Move.To(position)));
        model.remove(Integer.valueOf(id));
        model.add(position, id);
        assertThat(order(keys)).as("seed %d, step %d", seed, step).isEqualTo(model);
      }
      assertThat(IntStream.rangeClosed(1, 6).mapToObj(keys::get).collect(Collectors.toSet()))
          .hasSize(6);
    }
  }
}
