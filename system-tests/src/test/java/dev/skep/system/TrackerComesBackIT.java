package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A tracker that is killed in the middle of a swarm's life, and started again. Beside other tests,
 * since it mostly waits.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("ci")
class TrackerComesBackIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Running> running = new ArrayList<>();
  private final String tracker = "http://" + OwnAddress.of(1) + ":6969";

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
    http.close();
  }

  @Test
  void itKnowsItsTorrentsCountsAndPeersAndTheSwarmGoesOn() throws Exception {
    Running first = startTracker();
    Path data = TestFolder.file(folder.resolve("data.bin"), 1_800_000, 7);
    Path torrent = folder.resolve("data.torrent");
    skep("create", "create", data, "-t", tracker + "/announce", "-o", torrent).awaitDone(SOON);
    skep(
            "publish",
            "tracker",
            "publish",
            torrent,
            "--tracker",
            tracker,
            "--data",
            folder.resolve("tracker-data"))
        .awaitDone(SOON);
    skep("seed", "seed", torrent, data, "--bind", "127.0.7.2").awaitSaid("seeding", SOON);
    skep("get", "get", torrent, "-d", folder.resolve("early"), "--bind", "127.0.7.3")
        .awaitDone(SOON);
    Running slow =
        skep(
            "slow-get",
            "get",
            torrent,
            "-d",
            folder.resolve("slow"),
            "--bind",
            "127.0.7.4",
            "--max-down",
            "100KiB/s",
            "--seed"); // on a busy machine it would end, and leave, before the tracker is back
    await("both peers are known").atMost(SOON).until(() -> peers().contains("127.0.7.4"));
    // What is promised holds for peers that announced longer ago than a save takes to come.
    await().pollDelay(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(20)).until(() -> true);

    first.kill();
    startTracker();

    await("the peers are back")
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(peers()).contains("127.0.7.2").contains("127.0.7.4"));
    assertThat(get("/api/v1/torrents"))
        .contains("\"name\":\"data.bin\"")
        .contains("\"registered\":true")
        .containsPattern("\"completed\":[12]\\D"); // the slow one may just be done
    skep(
            "late-get",
            "get",
            "data.bin",
            "-d",
            folder.resolve("late"),
            "--bind",
            "127.0.7.5",
            "--tracker",
            tracker)
        .awaitDone(SOON);
    slow.awaitSaid("done ", SOON);
    for (String copy : List.of("early", "late", "slow")) {
      assertThat(TestFolder.sha256(folder.resolve(copy).resolve("data.bin")))
          .as(copy)
          .isEqualTo(TestFolder.sha256(data));
    }
  }

  private Running startTracker() throws IOException {
    Path settings = folder.resolve("tracker.properties");
    Files.writeString(settings, "skep.save.interval=500ms\n");
    return skep(
            "tracker",
            "tracker",
            "run",
            "--config",
            settings,
            "--bind",
            OwnAddress.of(1),
            "--data",
            folder.resolve("tracker-data"))
        .awaitSaid("tracker ready", SOON);
  }

  private String peers() throws IOException, InterruptedException {
    return get("/api/v1/peers");
  }

  private String get(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(tracker + path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private Running skep(String name, Object... words) throws IOException {
    Running program = Running.skep(folder, name, words);
    running.add(program);
    return program;
  }
}
