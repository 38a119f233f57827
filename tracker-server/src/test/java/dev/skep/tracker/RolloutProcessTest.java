package dev.skep.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HostReport.State;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout goes on after its tracker was killed, and its streams end before the tracker does. */
class RolloutProcessTest {
  private static final byte[] FILE =
      "d4:infod6:lengthi1000e4:name1:n12:piece lengthi16384e6:pieces20:%020dee"
          .formatted(7)
          .getBytes(ISO_8859_1);

  @TempDir private Path folder;

  @Test
  void aRolloutGoesOnAfterAKillAndItsStreamsEndInTime() throws Exception {
    String id;
    try (RunningTracker tracker = RunningTracker.ready(folder)) {
      assertThat(tracker.post("/api/v1/torrents?name=site", FILE)).isEqualTo(201);
      id =
          json(tracker
                  .postJson(
                      "/api/v1/rollouts", "{\"torrent\":\"site\",\"hosts\":[\"a\",\"b\",\"c\"]}")
                  .body())
              .getString("id");
      Path file = folder.resolve("rollouts").resolve(id);
      assertThat(file).as("on the disk before the answer").exists();
      report(tracker, "a", State.VERIFIED, "", 0);
      report(tracker, "b", State.FAILED, "no space", 900);
      await("it is saved")
          .atMost(Duration.ofSeconds(30))
          .until(() -> new String(Files.readAllBytes(file), ISO_8859_1).contains("no space"));
      tracker.kill();
    }
    try (RunningTracker tracker = RunningTracker.ready(folder)) {
      assertThat(states(tracker, id)).containsExactly("verified", "failed", "unseen");
      assertThat(tracker.get("/api/v1/rollouts/" + id + "/hosts")).contains("no space");
      report(tracker, "b", State.FETCHING, "", 900);
      assertThat(states(tracker, id)).containsExactly("verified", "downloading", "unseen");
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), tracker.port())) {
        socket.setSoTimeout(20_000);
        String head = "GET /api/v1/rollouts/%s/events HTTP/1.1\r\nHost: t\r\n\r\n".formatted(id);
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        assertThat(lines.readLine()).contains(" 200 ");
        String line = lines.readLine();
        while (!line.startsWith("event: rollout")) {
          line = lines.readLine();
        }
        long began = System.nanoTime();
        tracker.stop();
        String last = line;
        while (line != null) {
          last = line.isEmpty() ? last : line;
          line = lines.readLine();
        }
        assertThat(last).as("the last chunk, not a cut").isEqualTo("0");
        assertThat(tracker.status()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      }
      assertThat(tracker.lines())
          .as("no damage, no failures")
          .filteredOn(line -> line.startsWith("skep:") || line.contains("dev.skep"))
          .filteredOn(line -> !line.contains("SROAP")) // an index that the build makes
          .hasSize(1);
    }
  }

  private static void report(
      RunningTracker tracker, String host, State state, String reason, long left) throws Exception {
    var identity = new HostIdentity(host, "%032x".formatted(host.hashCode()), List.of());
    String query =
        "/announce?info_hash=%s&peer_id=-SK0100-123456789012&port=7001&uploaded=0&downloaded=0&left=%d&"
            .formatted(Metainfo.parse(FILE).infoHash().hex().replaceAll("..", "%$0"), left);
    assertThat(tracker.get(query + new HostReport(identity, state, Optional.of(reason)).toQuery()))
        .contains("8:interval");
  }

  private static List<String> states(RunningTracker tracker, String id) throws Exception {
    return json(tracker.get("/api/v1/rollouts/" + id + "/hosts"))
        .getJsonArray("hosts")
        .getValuesAs(JsonObject.class)
        .stream()
        .map(host -> host.getString("state"))
        .toList();
  }

  private static JsonObject json(String text) {
    return Json.createReader(new StringReader(text)).readObject();
  }
}
