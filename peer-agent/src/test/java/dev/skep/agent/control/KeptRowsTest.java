package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.QueueOrder;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TransferStatus.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Only rows of torrents that changed are written anew. */
@Timeout(60)
class KeptRowsTest {
  private static final KeptRows.Kind KIND =
      new KeptRows.Kind(List.of("name", "labels"), false, Dialect.JSON_RPC);

  @TempDir private Path temp;
  @AutoClose private TestAgent test;
  private final KeptRows rows = new KeptRows();
  private int made;

  @BeforeEach
  void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"));
  }

  /** Paused: of one at work seconds are counted. */
  private AgentTorrent add(String name) throws Exception {
    Seeded data = Seeded.file(name, 1000);
    TorrentRecord record =
        TorrentRecord.of(data.metainfo().infoHash(), Place.in(temp), test.agent().now())
            .with(r -> r.paused = true);
    AgentTorrent torrent = test.agent().add(record, Optional.of(data.metainfo())).torrent();
    await().until(() -> torrent.view().status().state() == State.PAUSED);
    return torrent;
  }

  private List<String> list(KeptRows.Kind kind, AgentTorrent... torrents) {
    made = 0;
    var settings = test.agent().settings();
    List<KeptRows.Source> sources =
        Stream.of(torrents)
            .map(
                each ->
                    new KeptRows.Source(each.view(), test.agent().position(each.id()), settings))
            .toList();
    return rows
        .rows(
            kind,
            sources,
            view -> {
              made++;
              return (view.name() + view.record().labels()).getBytes(UTF_8);
            })
        .stream()
        .map(row -> new String(row, UTF_8))
        .toList();
  }

  @Test
  void aRowIsWrittenAgainWhenItsTorrentHasChanged() throws Exception {
    AgentTorrent one = add("one");
    AgentTorrent two = add("two");
    assertThat(list(KIND, one, two)).containsExactly("one[]", "two[]");
    assertThat(made).isEqualTo(2);
    assertThat(list(KIND, one, two)).containsExactly("one[]", "two[]");
    assertThat(made).isZero();

    one.change(r -> r.labels = List.of("web"));
    assertThat(list(KIND, one, two)).containsExactly("one[web]", "two[]");
    assertThat(made).isEqualTo(1);

    test.agent().move(List.of(two), new QueueOrder.Move.Top());
    list(KIND, one, two);
    assertThat(made).as("their places have changed").isEqualTo(2);
  }

  @Test
  void aFewListsAreKeptAndThoseThatNobodyAsksForAreForgotten() throws Exception {
    AgentTorrent one = add("one");
    list(KIND, one);
    for (int i = 0; i < 4; i++) {
      list(new KeptRows.Kind(List.of("field" + i), true, Dialect.LEGACY), one);
      assertThat(made).isEqualTo(1);
    }
    list(KIND, one);
    assertThat(made).isEqualTo(1);
    list(new KeptRows.Kind(List.of("field3"), true, Dialect.LEGACY), one);
    assertThat(made).isZero();
  }
}
