package dev.skep.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TestTracker;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.trust.SigningKey;
import dev.skep.service.settings.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SeedFoldersTest {
  @TempDir private Path temp;
  @AutoClose private TestTracker tracker;
  private final Map<String, String> settings = new HashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 201;
  private Path folder;
  private TestAgent test;
  private SeedFolders seeded;

  @BeforeEach
  void prepare() throws Exception {
    tracker = new TestTracker();
    tracker.serve("/api/v1/torrents", this::answer);
    folder = Files.createDirectories(temp.resolve("shared"));
    Files.writeString(temp.resolve("token"), "secret\n");
    SigningKey.generate(temp.resolve("key"));
    settings.put(AgentKeys.WATCH_INTERVAL.name(), "100ms");
    settings.put(
        AgentKeys.SEED_FOLDERS.name(),
        "'%s' tracker=%s label=web token='%s' sign='%s'"
            .formatted(folder, tracker.base(), temp.resolve("token"), temp.resolve("key")));
    Files.writeString(folder.resolve("kept.txt"), "something that stays");
    open();
  }

  private void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"), settings);
    seeded = SeedFolders.open(test.agent());
  }

  @AfterEach
  void close() throws Exception {
    seeded.close();
    test.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    asked.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] body = "{\"title\":\"no\"}".getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Agent agent() {
    return test.agent();
  }

  private AgentTorrent awaitSeeded(String name) {
    await()
        .until(
            () ->
                torrent(name).filter(t -> t.view().status().state() == State.SEEDING).isPresent());
    return torrent(name).orElseThrow();
  }

  private Optional<AgentTorrent> torrent(String name) {
    return agent().torrents().stream()
        .filter(torrent -> torrent.view().name().equals(name))
        .findFirst();
  }

  private void awaitAsked(String part) {
    await().until(() -> asked.stream().anyMatch(line -> line.contains(part)));
  }

  @Test
  void whatLiesThereIsSeededAndPublishedUnderItsLabelWithASignature() throws Exception {
    Files.writeString(folder.resolve(".hidden"), "not this one");
    Path photos = Files.createDirectories(folder.resolve("photos/sub"));
    Files.writeString(photos.resolve("a"), "one");
    AgentTorrent torrent = awaitSeeded("photos");
    awaitSeeded("kept.txt");
    awaitAsked("name=photos");
    String line = asked.stream().filter(l -> l.contains("name=photos")).findFirst().orElseThrow();
    assertThat(line)
        .startsWith("POST ")
        .contains("label=web", "signature=", "signer=", "published=")
        .endsWith("Bearer secret");
    assertThat(torrent.record().place().seedOnly()).isTrue();
    assertThat(torrent.metainfo().orElseThrow().trackers()).containsExactly(List.of(tracker.url()));
    assertThat(agent().torrents()).hasSize(2);
  }

  @Test
  void whatChangesBecomesAnotherTorrentAndTheOldOneGoes() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "one");
    AgentTorrent before = awaitSeeded("a.txt");
    awaitAsked("name=a.txt");
    Files.writeString(file, "another one");
    await().until(() -> agent().torrent(before.infoHash()).isEmpty());
    AgentTorrent after = awaitSeeded("a.txt");
    assertThat(after.infoHash()).isNotEqualTo(before.infoHash());
    awaitAsked("DELETE /api/v1/torrents/" + before.infoHash().hex());
    assertThat(file).hasContent("another one");
  }

  @Test
  void whatGoesIsForgottenAlsoWhenThatHappensWhileTheAgentIsDown() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "one");
    AgentTorrent torrent = awaitSeeded("a.txt");
    awaitAsked("name=a.txt");
    close();
    Files.delete(file);
    open();
    await().until(() -> agent().torrents().size() == 1);
    awaitAsked("DELETE /api/v1/torrents/" + torrent.infoHash().hex());
  }

  @Test
  void aFolderThatIsEmptyMayNotBeMountedAndNothingIsForgotten() throws Exception {
    awaitSeeded("kept.txt");
    awaitAsked("name=kept.txt");
    Files.delete(folder.resolve("kept.txt"));
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(agent().torrents()).hasSize(1);
    assertThat(asked).noneMatch(line -> line.startsWith("DELETE"));
  }

  @Test
  void whatHasNotChangedIsNotPublishedAgainAfterARestart() throws Exception {
    awaitSeeded("kept.txt");
    awaitAsked("name=kept.txt");
    close();
    asked.clear();
    open();
    awaitSeeded("kept.txt");
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(asked).isEmpty();
  }

  @Test
  void aTokenThatIsNoneIsToldAtTheStart() throws Exception {
    Path token = temp.resolve("token");
    Files.writeString(token, "two\nlines\n");
    assertThatThrownBy(() -> SeedFolders.open(agent()))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("skep.agent.seed.folders: " + token + ": holds no token");
    Files.delete(token);
    assertThatThrownBy(() -> SeedFolders.open(agent()))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(token + ": cannot be read");
  }

  @Test
  void whatTheTrackerDoesNotTakeIsSeededAllTheSame() throws Exception {
    status = 503;
    Files.writeString(folder.resolve("a.txt"), "one");
    awaitSeeded("a.txt");
    awaitAsked("POST");
  }
}
