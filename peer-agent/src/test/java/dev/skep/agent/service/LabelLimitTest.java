package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.LabelLimit;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Limits;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.service.settings.Key;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LabelLimitTest {
  private static final Seeded ONE = Seeded.file("one", 300_000);
  private static final Seeded TWO = Seeded.file("two", 300_000);
  private static final Seeded FREE = Seeded.file("free", 300_000);

  @TempDir private Path temp;
  private TestAgent source;
  private TestAgent test;

  @BeforeEach
  void open() throws Exception {
    source = TestAgent.open(temp.resolve("source"));
    test =
        TestAgent.open(
            temp.resolve("data"),
            Map.of(AgentKeys.LABEL_LIMITS.name(), "images down=150000B/s; other up=1B/s"));
    for (Seeded data : List.of(ONE, TWO, FREE)) {
      data.writeTo(temp.resolve("seeded"));
      add(source, data, temp.resolve("seeded"), List.of());
    }
    await()
        .until(
            () ->
                source.agent().torrents().stream()
                    .allMatch(t -> t.view().status().state() == State.SEEDING));
  }

  @AfterEach
  void close() throws Exception {
    test.close();
    source.close();
  }

  private static AgentTorrent add(TestAgent to, Seeded data, Path folder, List<String> labels)
      throws Exception {
    TorrentRecord record =
        TorrentRecord.of(data.metainfo().infoHash(), Place.in(folder), to.agent().now())
            .with(r -> r.labels = labels);
    return to.agent().add(record, Optional.of(data.metainfo())).torrent();
  }

  private AgentTorrent fetch(Seeded data, List<String> labels) throws Exception {
    AgentTorrent torrent = add(test, data, temp.resolve("copy"), labels);
    await().until(() -> torrent.view().transfer().isPresent());
    torrent.view().transfer().orElseThrow().addPeer(source.agent().session().listening());
    return torrent;
  }

  private static void awaitComplete(AgentTorrent torrent) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> torrent.view().status().state() == State.SEEDING);
  }

  @Test
  void torrentsWithALabelShareItsRateAndOthersDoNot() throws Exception {
    long began = System.nanoTime();
    AgentTorrent one = fetch(ONE, List.of("images"));
    AgentTorrent two = fetch(TWO, List.of("x", "images"));
    awaitComplete(fetch(FREE, List.of("x")));
    long free = System.nanoTime() - began;
    awaitComplete(one);
    awaitComplete(two);
    long limited = System.nanoTime() - began;
    // 600,000 bytes at 150,000 a second, but for what may come at once
    assertThat(Duration.ofNanos(limited)).isGreaterThan(Duration.ofMillis(2500));
    assertThat(free).isLessThan(limited);
  }

  @Test
  void aChangeHoldsAtOnceForWhatIsMovedAlready() throws Exception {
    change(new LabelLimit("images", 1000, 0));
    AgentTorrent one = fetch(ONE, List.of("images"));
    await().until(() -> one.view().status().downloadedBytes() > 0);
    change(new LabelLimit("images", 0, 0));
    awaitComplete(one);
    assertThat(test.agent().settings().get(AgentKeys.LABEL_LIMITS))
        .containsExactly(new LabelLimit("other", 0, 1));
  }

  @Test
  void aTorrentGoesBeyondTheLimitsOverAllWhenItsOwnerSaysSo() throws Exception {
    test.agent().change(Map.<Key<?>, String>of(AgentKeys.MAX_DOWN, "1000B/s"));
    AgentTorrent free = fetch(FREE, List.of());
    await().until(() -> free.view().status().downloadedBytes() > 0);

    free.change(r -> r.limits = new Limits(0, false, 0, false, false, 0, 0));
    free.lastStep().get(20, TimeUnit.SECONDS);
    free.view().transfer().orElseThrow().addPeer(source.agent().session().listening());

    awaitComplete(free);
  }

  private void change(LabelLimit limit) throws Exception {
    Agent agent = test.agent();
    String next = limit.in(agent.settings().get(AgentKeys.LABEL_LIMITS));
    agent.change(Map.<Key<?>, String>of(AgentKeys.LABEL_LIMITS, next));
  }
}
