package dev.skep.agent.cli.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.agent.cli.swarm.ChildReport.Event;
import dev.skep.agent.cli.swarm.ChildReport.Exchange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown of a swarm, and what its processes report. */
class SwarmViewsTest {
  private static final long MIB = 1 << 20;

  private static ChildReport report(long verifiedBytes, String state) {
    return new ChildReport(
        Event.PROGRESS,
        state,
        true,
        1.5,
        100 * MIB,
        verifiedBytes,
        verifiedBytes,
        7 * MIB,
        12_000_000,
        3_400_000,
        4,
        List.of(new Exchange("127.0.0.2", 5 * MIB, 0), new Exchange("127.0.0.4", MIB, 7 * MIB)));
  }

  private static List<SwarmTable.Row> rows() {
    return List.of(
        new SwarmTable.Row("seeder", "127.0.0.2", report(100 * MIB, "seeding")),
        new SwarmTable.Row("leecher 1", "127.0.0.3", report(50 * MIB, "downloading")),
        new SwarmTable.Row("leecher 2", "127.0.0.4", ChildReport.NOTHING));
  }

  @Test
  void aReportIsReadAsItWasWritten() {
    ChildReport report = report(50 * MIB, "downloading");

    assertThat(ChildReport.parse(report.toLine())).isEqualTo(report);
    assertThat(report.toLine()).doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "12", "{\"event\":\"ready\"", "{\"event\":\"what\"}"})
  void anotherLineIsNoReport(String line) {
    assertThatIllegalArgumentException().isThrownBy(() -> ChildReport.parse(line));
  }

  @Test
  void aWideTerminalShowsAddressesAndBars() {
    assertThat(SwarmTable.lines(rows(), 100 * MIB, Duration.ofSeconds(3), 92))
        .containsExactly(
            "peer       address     progress                            in        out  peers "
                + " state",
            "seeder     127.0.0.2   [###################]  100 %  11 MiB/s  3.2 MiB/s     4 "
                + " seeding",
            "leecher 1  127.0.0.3   [#########----------]   50 %  11 MiB/s  3.2 MiB/s     4 "
                + " downloading",
            "leecher 2  127.0.0.4   [-------------------]    0 %     0 B/s      0 B/s     0 "
                + " starting",
            "all 25 %, 11 MiB/s, 3 s, 13 s left");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 60, 80, 100, 200})
  void noLineIsAsWideAsTheTerminal(int columns) {
    assertThat(SwarmTable.lines(rows(), 100 * MIB, Duration.ofSeconds(3), columns))
        .hasSize(5)
        .allMatch(line -> line.length() < columns);
  }

  @Test
  void aNarrowTerminalStillShowsWhatMatters() {
    assertThat(SwarmTable.lines(rows(), 100 * MIB, Duration.ofSeconds(3), 60).get(2))
        .contains("leecher 1", "50 %", "11 MiB/s", "3.2 MiB/s", "downloading");
  }

  private static SwarmResult result(String secondDigest) {
    return new SwarmResult(
        100 * MIB,
        Duration.ofMillis(2500),
        "a".repeat(64),
        150 * MIB,
        List.of(
            new SwarmResult.Leecher(
                "leecher 1", "127.0.0.3", 2.25, "a".repeat(64), 100 * MIB, 40 * MIB, 80 * MIB),
            new SwarmResult.Leecher(
                "leecher 2", "127.0.0.4", 2.5, secondDigest, 100 * MIB, 10 * MIB, 70 * MIB)));
  }

  @Test
  void theSummarySaysWhatMovedWhereAndThatAllIsEqual() {
    SwarmResult result = result("a".repeat(64));

    assertThat(result.ok()).isTrue();
    assertThat(result.lines(true))
        .contains(
            "2 copies of 100 MiB in 2.5 s, 80 MiB/s together",
            "the seeder sent 1.50 copies, the leechers gave one another 0.50",
            "all 3 hashes are equal: " + "a".repeat(64))
        .noneMatch(line -> line.contains("--max-up"));
  }

  @Test
  void whyTheSeederSentMoreThanOneCopyIsTold() {
    assertThat(result("a".repeat(64)).lines(false))
        .anyMatch(line -> line.startsWith("on one machine no network is the limit; with --max-up"));
  }

  @Test
  void aCopyThatDiffersIsTold() {
    SwarmResult result = result("b".repeat(64));

    assertThat(result.ok()).isFalse();
    assertThat(result.lines(true).getLast()).startsWith("hashes differ");
    assertThat(result.json().getBoolean("ok")).isFalse();
  }

  @Test
  void theJsonDocumentHasTheNamesThatScriptsRelyOn() {
    assertThat(result("b".repeat(64)).json())
        .hasToString(
            "{\"ok\":false,\"bytes\":104857600,\"seconds\":2.5,\"originalSha256\":\""
                + "a".repeat(64)
                + "\",\"seeder\":{\"uploadedBytes\":157286400},\"leechers\":["
                + "{\"address\":\"127.0.0.3\",\"seconds\":2.25,\"sha256\":\""
                + "a".repeat(64)
                + "\",\"downloadedBytes\":104857600,\"uploadedBytes\":41943040,\"fromSeederBytes\":83886080},"
                + "{\"address\":\"127.0.0.4\",\"seconds\":2.5,\"sha256\":\""
                + "b".repeat(64)
                + "\",\"downloadedBytes\":104857600,\"uploadedBytes\":10485760,\"fromSeederBytes\":73400320}]}");
  }
}
