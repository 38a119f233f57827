package dev.skep.agent.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

class TopViewTest {
  private final TopView view = new TopView("127.0.0.1:9091");

  private static JsonObject torrent(int id, String name, long down, long up) {
    return Json.createObjectBuilder()
        .add("id", id)
        .add("name", name)
        .add("status", down > 0 ? 4 : 6)
        .add("percent_done", id / 10.0)
        .add("recheck_progress", 0)
        .add("size_when_done", 1L << 30)
        .add("rate_download", down)
        .add("rate_upload", up)
        .add("peers_connected", id)
        .add("upload_ratio", 1.5)
        .add("eta", down > 0 ? 90 : -1)
        .add("queue_position", id)
        .add("error", 0)
        .build();
  }

  private List<String> shown(int columns, int rows) {
    return view.lines(columns, rows).stream().map(TopView.Line::text).toList();
  }

  private List<String> names() {
    return shown(120, 24).stream()
        .skip(2)
        .map(line -> line.split(" ", 2)[0])
        .filter(name -> name.matches("[abc]"))
        .toList();
  }

  @Test
  void showsRatesAsGraphs() {
    for (int look = 1; look <= 8; look++) {
      view.look(List.of(torrent(1, "disk.img", look << 20, 0)));
    }
    List<String> lines = shown(160, 10);
    assertThat(lines).hasSize(10);
    assertThat(lines.get(0)).contains("127.0.0.1:9091  1 torrent", "↓ 8 MiB/s", "▁▂▃▄▅▆▇█");
    assertThat(lines.get(2)).contains("disk.img", "10 %", "1 GiB", "8 MiB/s", "▁▂▃▄▅▆▇█", "1.50");
    assertThat(lines.get(9)).contains("sort:", "q quit");
  }

  @Test
  void keysChooseTheOrderAndTurnItRound() {
    view.look(List.of(torrent(1, "b", 10, 5), torrent(2, "a", 30, 1), torrent(3, "c", 20, 9)));
    assertThat(names()).containsExactly("b", "a", "c");
    view.press('d');
    assertThat(names()).containsExactly("a", "c", "b");
    view.press('u');
    assertThat(names()).containsExactly("c", "b", "a");
    view.press('n');
    assertThat(names()).containsExactly("a", "b", "c");
    view.press('N');
    assertThat(names()).containsExactly("c", "b", "a");
    view.press('x');
    assertThat(names()).containsExactly("c", "b", "a");
  }

  @Test
  void noLineIsTooLongAndNoneTooMany() {
    view.look(IntStream.range(0, 50).mapToObj(i -> torrent(i, "漢字".repeat(30) + i, i, i)).toList());
    for (int columns : List.of(1, 20, 60, 80, 92, 104, 120, 150, 300)) {
      for (int rows : List.of(1, 2, 3, 10, 60)) {
        assertThat(shown(columns, rows))
            .hasSizeLessThanOrEqualTo(rows)
            .allSatisfy(
                line ->
                    assertThat(new AttributedString(line).columnLength())
                        .as("%d columns: %s", columns, line)
                        .isLessThanOrEqualTo(columns));
      }
    }
  }

  @Test
  void scrollsAsFarAsThereIsAnything() {
    view.look(IntStream.range(0, 50).mapToObj(i -> torrent(i, "t" + i, 0, 0)).toList());
    assertThat(shown(100, 13).get(2)).startsWith("t0 ");
    view.scroll(view.page());
    assertThat(shown(100, 13).get(2)).startsWith("t10 ");
    view.scroll(1000);
    assertThat(shown(100, 13).get(11)).startsWith("t49 ");
    assertThat(shown(140, 13).getLast()).contains("41–50 of 50");
    view.scroll(-1000);
    assertThat(shown(100, 13).get(2)).startsWith("t0 ");
  }

  @Test
  void aHostileNameIsHarmless() {
    view.look(List.of(torrent(1, "a\u001b[2J\u202eb\n", 0, 0)));
    assertThat(String.join("|", shown(100, 5))).contains("a?[2J?b?").doesNotContain("\u001b");
  }

  @Test
  void whoHasNoTorrentsIsToldHowToAddOne() {
    view.look(List.of());
    assertThat(shown(80, 5)).anyMatch(line -> line.contains("skep agent add FILE"));
  }
}
