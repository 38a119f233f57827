package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.observe.AgentHealth;
import dev.skep.agent.observe.AgentMetrics;
import dev.skep.agent.observe.CallFigures;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TransferStatus.State;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Health and metrics, as who watches the agent reads them. */
@Timeout(60)
class ObservedTest {
  private static final Seeded DATA = Seeded.file("disk.img", 100_000);
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  @TempDir private Path temp;
  @AutoClose private TestAgent test;
  @AutoClose private Control control;
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"));
    control = TestControl.open(test);
    DATA.writeTo(temp.resolve("downloads"));
    TorrentRecord record =
        TorrentRecord.of(
            DATA.metainfo().infoHash(), Place.in(temp.resolve("downloads")), test.agent().now());
    AgentTorrent torrent = test.agent().add(record, Optional.of(DATA.metainfo())).torrent();
    await().until(() -> torrent.view().status().state() == State.SEEDING);
  }

  private HttpResponse<String> read(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + control.address().getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void healthIsToldAsTheTrackersIs() throws Exception {
    for (String path :
        new String[] {"/health", "/health/live", "/health/ready", "/health/started"}) {
      HttpResponse<String> answer = read(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).startsWith("{\"status\":\"UP\",\"checks\":[{\"name\":");
    }
    assertThat(read("/health/live").body()).contains("heartbeat").doesNotContain("freeBytes");
    assertThat(read("/health/ready").body()).contains("freeBytes");
  }

  @Test
  void whatHasStartedStaysSoWhateverIsDoneWithATorrentLater() throws Exception {
    AgentHealth health = new AgentHealth(test.agent());
    await().until(() -> health.look(AgentHealth.Kind.STARTED).up());
    AgentTorrent torrent = test.agent().torrents().iterator().next();
    boolean stood = false;
    for (int i = 0; i < 10_000 && !stood; i++) {
      if (i % 100 == 0) {
        torrent.verify();
      }
      stood = !torrent.hasBegun(); // for a moment nothing moves it
      assertThat(health.look(AgentHealth.Kind.ALL).up()).isTrue();
    }
  }

  @Test
  void metricsAreToldAndGrow() throws Exception {
    String text = read("/metrics").body();
    assertThat(text)
        .contains("skep_agent_torrents{state=\"seeding\"} 1\n")
        .contains("skep_agent_payload_bytes_total{direction=\"up\"} 0\n")
        .contains("skep_agent_verified_bytes 100000\n")
        .contains("skep_agent_rpc_calls_total{method=\"torrentget\"} 0\n")
        .contains("process_resident_memory_bytes ")
        .contains("skep_agent_build_info{version=\"Skep test\"} 1\n");
    try (TestAgent other = TestAgent.open(temp.resolve("other"))) {
      TorrentRecord record =
          TorrentRecord.of(
              DATA.metainfo().infoHash(), Place.in(temp.resolve("copy")), other.agent().now());
      AgentTorrent copy = other.agent().add(record, Optional.of(DATA.metainfo())).torrent();
      await().until(() -> copy.view().transfer().isPresent());
      copy.view().transfer().orElseThrow().addPeer(test.agent().session().listening());
      await().until(() -> copy.view().status().state() == State.SEEDING);
      String told = new AgentMetrics(other.agent(), new CallFigures(List.of()), "").text();
      assertThat(told)
          .contains("skep_agent_pieces_total{verdict=\"good\"} 7\n")
          .contains("skep_agent_pieces_total{verdict=\"bad\"} 0\n")
          .contains("skep_agent_verified_bytes_total 100000\n")
          .containsPattern(
              "skep_agent_connection_bytes_total\\{direction=\"down\"} 100[1-9]\\d\\d\n")
          .contains("skep_agent_handshakes_total{side=\"out\"} 1\n")
          .contains("skep_agent_checked_bytes_total 0\n")
          .containsPattern("skep_agent_hash_seconds_total (?!0\\n)")
          .containsPattern("skep_agent_disk_jobs_total [1-9]");
    }
    assertThat(read("/metrics").body())
        .contains("skep_agent_handshakes_total{side=\"in\"} 1\n")
        .contains("skep_agent_checked_bytes_total 100000\n")
        .contains("skep_agent_announces_total{outcome=\"answered\"} 0\n")
        .contains("skep_agent_peers_by_state{state=\"served\"} ")
        .contains("skep_agent_peers_by_source{source=\"tracker\"} ");
    await()
        .untilAsserted(
            () ->
                assertThat(read("/metrics").body())
                    .contains("skep_agent_payload_bytes_total{direction=\"up\"} 100000\n"));
    test.agent().remove(test.agent().torrents().iterator().next(), false);
    await()
        .untilAsserted(
            () ->
                assertThat(read("/metrics").body())
                    .as("counts stay when torrents go")
                    .contains("skep_agent_payload_bytes_total{direction=\"up\"} 100000\n"));
  }

  @Test
  void prometheusHasNothingToSayAgainstThem() throws Exception {
    assumeTrue(Files.isExecutable(PROMTOOL), "promtool is not installed");
    Path metrics = Files.writeString(temp.resolve("metrics"), read("/metrics").body());
    Process promtool =
        new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
            .redirectInput(metrics.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes(), UTF_8);
    assertThat(promtool.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
  }
}
