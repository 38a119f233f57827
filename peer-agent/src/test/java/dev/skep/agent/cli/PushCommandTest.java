package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.trust.SigningKey;
import dev.skep.protocol.metainfo.Metainfo;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code skep push} does beside a tracker that says who has it. */
@Timeout(60)
class PushCommandTest {
  private static final int BYTES = 100_000;

  @TempDir private Path temp;
  @AutoClose private TestRollouts tracker;
  private Console skep;
  private Path file;

  @BeforeEach
  void begin() throws Exception {
    tracker = new TestRollouts();
    tracker.none();
    file = Files.write(temp.resolve("site.tar"), new byte[BYTES]);
    skep =
        new Console(
            InputStream.nullInputStream(),
            Map.of("SKEP_TRACKER", tracker.url(), "SKEP_ADMIN_TOKEN", "open-sesame"));
  }

  private CompletableFuture<Integer> push(Object... words) {
    List<Object> all = new ArrayList<>(List.of("push"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--bind", "127.0.0.1", "--port", 0, "--no-lsd"));
    CompletableFuture<Integer> status = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> status.complete(skep.run(all.toArray())));
    return status;
  }

  private void awaitRollout() {
    await().until(() -> !tracker.posted.isEmpty());
  }

  @Test
  void itIsPublishedGivenAndFollowedUntilAllHaveIt() throws Exception {
    tracker.host("a", "waiting", 0);
    tracker.host("b", "waiting", 0);
    CompletableFuture<Integer> status = push(file, "--to", "label=web", "--to", "label=eu");
    awaitRollout();
    Metainfo published = tracker.published().orElseThrow();
    assertThat(published.name()).isEqualTo("site.tar");
    assertThat(published.trackers()).containsExactly(List.of(tracker.url() + "/announce"));
    assertThat(tracker.asked)
        .anyMatch(line -> line.equals("POST /api/v1/torrents?name=site.tar&label=web&label=eu"));
    assertThat(tracker.posted.getFirst().toString())
        .isEqualTo(
            "{\"torrent\":\"%s\",\"labels\":[\"web\",\"eu\"]}"
                .formatted(published.infoHash().hex()));
    tracker.host("a", "verified", 1, "seconds", "1.5");
    tracker.host("b", "hooked", 1, "seconds", "4");
    assertThat(status.join()).as(skep.err()).isZero();
    assertThat(skep.out())
        .matches(
            "done site.tar: 2 of 2 machines have it after [0-9.]+ m?s; this one sent 0.0 copies"
                + " \\(0 B\\); the last was b \\(4 s\\)\n");
  }

  @Test
  void theSameCommandAgainGoesOnWithItsRollout() {
    tracker.host("a", "waiting", 0);
    CompletableFuture<Integer> status = push(file, "--to", "label=web");
    awaitRollout();
    skep.stop();
    assertThat(status.join()).isEqualTo(1);
    int asked = tracker.asked.size();
    tracker.lasts(Instant.now().minusSeconds(30), Duration.ofSeconds(37));
    CompletableFuture<Integer> again = push(file, "--to", "label=web", "--json");
    String found = "GET /api/v1/rollouts?state=running&limit=500";
    await().until(() -> tracker.asked.lastIndexOf(found) > asked);
    tracker.host("a", "verified", 1, "seconds", "37");
    assertThat(again.join()).as(skep.err()).isZero();
    assertThat(tracker.posted).hasSize(1);
    JsonObject told = json(skep.out());
    assertThat(told.getBoolean("ok")).isTrue();
    assertThat(told.getInt("bytes")).isEqualTo(BYTES);
    assertThat(told.getJsonNumber("seconds").doubleValue())
        .as("the rollout's time, not this command's")
        .isEqualTo(37.0);
    assertThat(told.getJsonObject("slowest").getString("name")).isEqualTo("a");
  }

  private static JsonObject json(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }

  @Test
  void severalArriveInOneFolder() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("photos"));
    Files.write(folder.resolve("one.jpg"), new byte[BYTES]);
    tracker.host("a", "verified", 1);
    assertThat(push(file, folder, "--to", "label=web").join()).isEqualTo(2);
    assertThat(skep.err()).contains("several files arrive in one folder; name it with --name");
    assertThat(push(file, folder, "--to", "label=web", "-n", "news").join())
        .as(skep.err())
        .isZero();
    Metainfo published = tracker.published().orElseThrow();
    assertThat(published.name()).isEqualTo("news");
    assertThat(published.files().stream().map(each -> String.join("/", each.path())))
        .containsExactly("photos/one.jpg", "site.tar");
  }

  @Test
  void itIsSignedIfAKeyIsNamed() throws Exception {
    SigningKey.generate(temp.resolve("key"));
    tracker.host("a", "verified", 1);
    int status = push(file, "--to", "label=web", "--sign", temp.resolve("key")).join();
    assertThat(status).as(skep.err()).isZero();
    assertThat(tracker.asked).anyMatch(line -> line.matches("POST .*&signature=.*&published=.*"));
  }

  @Test
  void whoLeavesHearsWhetherItGoesOn() {
    tracker.host("a", "waiting", 0);
    CompletableFuture<Integer> status = push(file, "--to", "label=web");
    awaitRollout();
    await().until(() -> tracker.asked.getLast().contains("/rollouts/"));
    skep.stop();
    assertThat(status.join()).isEqualTo(1);
    assertThat(skep.err())
        .contains(
            "; missing: a (waiting); nobody else has all of it, so nothing goes on until this");

    tracker.host("b", "verified", 1, "seconds", "2");
    tracker.lasts(Instant.now().minus(Duration.ofHours(2)), Duration.ZERO);
    CompletableFuture<Integer> again = push(file, "--to", "label=web");
    int asked = tracker.asked.size();
    await().until(() -> tracker.asked.size() > asked + 8);
    skep.stop();
    assertThat(again.join()).isEqualTo(1);
    assertThat(skep.err())
        .contains("1 of 2 machines has it after 2 h 00 min")
        .contains("the rollout goes on without this machine: skep rollout wait 3f9c2a71b05e\n");
  }

  @Test
  void whereNobodyFollowsOneLineSaysHowToBegin() {
    CompletableFuture<Integer> status = push(file, "--to", "label=web");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> skep.err().contains("no agent follows label web of " + tracker.url()));
    assertThat(skep.err())
        .containsPattern(
            "on each machine: SKEP_AGENT_FOLLOW='http://[^ ]+ label=web dir=/srv/web' skep agent"
                + " run\n");
    tracker.host("a", "verified", 1);
    assertThat(status.join()).isZero();
  }

  @Test
  void whenItsTimeIsOverWhoIsLateIsNamedUnlessItIsToWait() {
    tracker.host("a", "verified", 1, "seconds", "2");
    tracker.host("b", "stalled", 0.5, "reason", "no progress for 2m");
    tracker.becomes("late");
    assertThat(push(file, "--to", "label=web", "--by", "10m").join()).isEqualTo(1);
    assertThat(skep.err())
        .contains("missing: b (stalled: no progress for 2m); the rollout goes on without this");
    CompletableFuture<Integer> waiting = push(file, "--to", "label=web", "--by", "10m", "--wait");
    await().until(() -> tracker.posted.size() == 2);
    tracker.host("b", "verified", 1, "seconds", "700");
    assertThat(waiting.join()).as(skep.err()).isZero();
  }

  @Test
  void whoSaysNoTimeWaitsForWhatIsLateAlready() {
    tracker.host("a", "stalled", 0.5);
    assertThat(push(file, "--to", "label=web", "--by", "10m").isDone()).isFalse();
    awaitRollout();
    tracker.becomes("late");
    await().until(() -> skep.err().contains("missing: a"));
    int asked = tracker.asked.size();
    CompletableFuture<Integer> again = push(file, "--to", "label=web");
    await().until(() -> tracker.asked.size() > asked + 15 || again.isDone());
    assertThat(again).as(skep.err()).isNotDone();
    tracker.host("a", "verified", 1, "seconds", "700");
    assertThat(again.join()).as(skep.err()).isZero();
    assertThat(tracker.posted).hasSize(1);
  }

  @Test
  void whatCannotBeDoneIsToldBeforeAnythingIsHashed() throws Exception {
    Path empty = Files.createFile(temp.resolve("empty"));
    assertThat(push(empty, "--to", "label=web", "--sign", temp.resolve("no key")).join())
        .isEqualTo(1);
    assertThat(skep.err()).contains("no key");
    assertThat(push(file, "--to", "any=3").join()).isEqualTo(2);
    assertThat(skep.err()).contains("--to label=LABEL says under what it is published");
    assertThat(push(temp.resolve("none"), "--to", "label=web").join()).isEqualTo(1);
    assertThat(skep.err()).contains("none: no such file or folder");
    tracker.close();
    assertThat(push(file, "--to", "label=web").join()).isEqualTo(1);
    assertThat(skep.err()).contains("no tracker answers at " + tracker.url());
  }
}
