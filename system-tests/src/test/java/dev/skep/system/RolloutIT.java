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
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file is pushed to whole agents that follow a label: one is killed, one has no room, one is
 * slow, and the tracker is killed in between. Each is named, with its reason.
 */
@Timeout(600)
class RolloutIT {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration LATER = Duration.ofMinutes(5);
  private static final String TOKEN = "open-sesame";
  private static final int BYTES = 30_000_000;

  /** Not in five minutes, so that a busy machine has time to look. */
  private static final String SLOWLY = "skep.agent.max.down=100KiB/s";

  @TempDir private Path temp;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Running> running = new ArrayList<>();
  private Path disk = Path.of("");
  private boolean mounted;
  private String url = "";

  @AfterEach
  void endAll() throws Exception {
    running.forEach(Running::close);
    if (mounted) {
      Program.succeeds("umount", "-l", disk.toString());
    }
  }

  private Running start(String name, Object... words) throws Exception {
    Running started = Running.skep(temp, name, words);
    running.add(started);
    return started;
  }

  private Running tracker(int port) throws Exception {
    Path config =
        Files.writeString(
            temp.resolve("tracker.properties"),
            """
            skep.admin.token=%s
            skep.rollout.interval=1s
            skep.rollout.stalled.after=10s
            """
                .formatted(TOKEN));
    Running tracker =
        start(
            "tracker",
            "tracker",
            "run",
            "--port",
            port,
            "--udp-port",
            0,
            "--bind",
            "127.0.0.1",
            "--data",
            temp.resolve("tracker"),
            "--config",
            config);
    url = tracker.announceUrl(LATER).replace("/announce", "");
    return tracker;
  }

  /** A machine that follows; its files appear in a folder of its name. */
  private Running machine(String name, String... more) throws Exception {
    Path folder = Files.createDirectories(temp.resolve(name));
    Path config =
        Files.writeString(
            temp.resolve(name + ".properties"),
            """
            skep.agent.name=%s
            skep.agent.bind=127.0.0.1
            skep.agent.follow=%s label=web dir='%s'
            %s
            """
                .formatted(name, url, folder.resolve("www"), String.join("\n", more)));
    return start(
        name,
        "agent",
        "run",
        "--data",
        temp.resolve(name + ".data"),
        "--port",
        0,
        "--rpc-port",
        0,
        "--config",
        config);
  }

  /** What has no room for it: a small disk, or where none may be mounted, no folder at all. */
  private Running machineWithoutRoom() throws Exception {
    disk = Files.createDirectories(temp.resolve("full/www"));
    mounted = Program.succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    if (!mounted) {
      Files.delete(disk);
      Files.writeString(disk, "no folder");
    }
    return machine("full");
  }

  private Skep skep(Object... words) throws Exception {
    return Skep.runWith(Map.of("SKEP_ADMIN_TOKEN", TOKEN, "SKEP_TRACKER", url), temp, words);
  }

  private String ask(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Whether the tracker says that a machine is in this state, and why. */
  private boolean is(String id, String name, String state, String reason) throws Exception {
    String hosts = ask("/api/v1/rollouts/" + id + "/hosts?limit=1000");
    return Pattern.compile(
            "\"name\":\"%s\"[^}]*\"state\":\"%s\"[^}]*%s".formatted(name, state, reason))
        .matcher(hosts)
        .find();
  }

  private void await(String id, String name, String state, String reason) {
    org.awaitility.Awaitility.await(name + " is " + state)
        .atMost(SOON)
        .until(() -> is(id, name, state, reason));
  }

  /**
   * What is known now is on the disk with the next save but one: the next may have begun before.
   */
  private void awaitSaved(String id) throws Exception {
    Path file = temp.resolve("tracker").resolve("rollouts").resolve(id);
    for (int saves = 0; saves < 2; saves++) {
      FileTime before = Files.getLastModifiedTime(file);
      org.awaitility.Awaitility.await("what hosts say is saved")
          .atMost(SOON)
          .until(() -> !Files.getLastModifiedTime(file).equals(before));
    }
  }

  @Test
  @Tag("ci")
  void whoIsLateIsNamedWithItsReason() throws Exception {
    rollOutTo(2);
  }

  @Test
  @Tag("full")
  void sixtyMachines() throws Exception {
    rollOutTo(57);
  }

  private void rollOutTo(int quick) throws Exception {
    Running tracker = tracker(0);
    int port = URI.create(url).getPort();
    for (int i = 1; i <= quick; i++) {
      machine("quick-" + i);
    }
    Running killed = machine("killed", SLOWLY);
    machine("slow", SLOWLY);
    machineWithoutRoom();
    org.awaitility.Awaitility.await("all are known")
        .atMost(LATER)
        .until(() -> ask("/api/v1/hosts?limit=1000").split("\"name\"", -1).length == quick + 4);

    TestFolder.file(temp.resolve("site.tar"), BYTES, 7);
    Running push =
        Running.start(
            temp,
            "push",
            List.of(
                "env",
                "SKEP_ADMIN_TOKEN=" + TOKEN,
                "SKEP_TRACKER=" + url,
                Running.skepCommand().getFirst(),
                "push",
                temp.resolve("site.tar").toString(),
                "--to",
                "label=web",
                "--by",
                "30s",
                "--wait",
                "--bind",
                "127.0.0.1",
                "--port",
                "0"));
    running.add(push);
    org.awaitility.Awaitility.await("a rollout has begun")
        .atMost(SOON)
        .until(() -> ask("/api/v1/rollouts").contains("\"id\":\""));
    String id = ask("/api/v1/rollouts").replaceAll("(?s).*?\"id\":\"([0-9a-f]+)\".*", "$1");
    await(id, "killed", "downloading", "");
    awaitSaved(id);
    killed.kill();
    tracker.kill();
    tracker(port);

    Skep most =
        skep("rollout", "wait", id, "--percent", 100 * quick / (quick + 3), "--timeout", "2m");
    assertThat(most.status()).as(most.err()).isZero();
    await(id, "full", "failed", mounted ? "the disk is full" : "Not a directory");
    await(id, "killed", "stalled", "nothing heard");
    await(id, "slow", "downloading", "download limit");
    String hash = ask("/api/v1/rollouts/" + id).replaceAll(".*\"infoHash\":\"(\\w+)\".*", "$1");
    org.awaitility.Awaitility.await("the slow one says which pieces it has")
        .atMost(SOON)
        .until(
            () ->
                ask("/api/v1/torrents/" + hash + "/availability")
                    .matches(".*\"least\":\\[[1-9].*\"told\":[1-9].*"));
    for (int i = 1; i <= quick; i++) {
      assertThat(temp.resolve("quick-" + i).resolve("www/site.tar"))
          .hasSameBinaryContentAs(temp.resolve("site.tar"));
    }
    assertThat(skep("rollout", "status", "site.tar").out())
        .containsPattern("full +failed .*" + (mounted ? "the disk is full" : "Not a directory"))
        .containsPattern("killed +stalled .*nothing heard")
        .containsPattern("slow +downloading .*download limit");
    org.awaitility.Awaitility.await("three are late")
        .atMost(SOON)
        .until(() -> ask("/api/v1/rollouts/" + id).matches(".*\"state\":\"late\".*\"late\":3.*"));
    Skep late = skep("rollout", "wait", id, "--timeout", "1s");
    assertThat(late.status()).isEqualTo(1);
    assertThat(late.err().lines()).hasSize(1);
    assertThat(late.err())
        .contains("site.tar: %d of %d machines have it after".formatted(quick, quick + 3))
        .containsPattern("missing: .*full \\(failed: ")
        .containsPattern("killed \\(stalled: nothing heard")
        .containsPattern("slow \\([0-9]+ %, [^)]*download limit");

    ProcessHandle.of(push.pid()).orElseThrow().destroy();
    assertThat(push.awaitEnd(SOON)).isEqualTo(1);
    assertThat(push.said())
        .contains("no tracker answers at " + url)
        .contains("the rollout goes on without this machine: skep rollout wait " + id);
  }
}
