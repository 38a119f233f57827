package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code skep rollout …} asks a tracker, and what it makes of the answers. */
@Timeout(60)
class RolloutCommandTest {
  @AutoClose private TestRollouts tracker;
  private Console skep;

  @BeforeEach
  void begin() throws Exception {
    tracker = new TestRollouts();
    skep =
        new Console(
            InputStream.nullInputStream(),
            Map.of("SKEP_TRACKER", tracker.url(), "SKEP_ADMIN_TOKEN", "open-sesame"));
  }

  private static JsonObject json(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }

  @Test
  void whatIsTypedIsWhatTheTrackerIsAskedFor() {
    int status =
        skep.run(
            "rollout",
            "create",
            "site.tar",
            "--to",
            "label=web,eu",
            "--to",
            "host=a",
            "--to",
            "network=10.1.0.0/16",
            "--to",
            "zone=2",
            "--to",
            "any=20",
            "--by",
            "10m",
            "--done",
            "hooked",
            "--webhook",
            "http://hooks.lan/x",
            "--metrics",
            "site");
    assertThat(status).as(skep.err()).isZero();
    assertThat(skep.out()).isEqualTo("rollout 3f9c2a71b05e site.tar\n");
    JsonObject wanted = tracker.posted.getFirst();
    Instant deadline = Instant.parse(wanted.getString("deadline"));
    assertThat(Duration.between(Instant.now(), deadline))
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    assertThat(wanted.toString())
        .isEqualTo(
            "{\"torrent\":\"site.tar\",\"labels\":[\"web\",\"eu\"],\"hosts\":[\"a\"],"
                + "\"networks\":[\"10.1.0.0/16\"],\"zones\":[2],\"anyOf\":20,\"deadline\":\""
                + deadline
                + "\",\"done\":\"hooked\",\"webhooks\":[\"http://hooks.lan/x\"],"
                + "\"metrics\":\"site\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"web", "label=", "host=a,,b", "any=0", "any=x", "zone=1.5", "tag=x", "=x"})
  void whoIsNobodyIsToldBeforeTheTrackerIsAsked(String target) {
    assertThat(skep.run("rollout", "create", "site.tar", "--to", target)).isEqualTo(2);
    assertThat(skep.err())
        .isEqualTo(
            "skep: --to "
                + target
                + " says nobody; write label=LABEL, host=NAME, network=10.1.0.0/16, zone=NUMBER or"
                + " any=NUMBER; see skep rollout create --help\n");
    assertThat(tracker.asked).isEmpty();
  }

  @Test
  void everyMachineIsShownAndNoWordOfAStrangerMovesTheTerminal() {
    tracker.called("evil\u001b[2Jname\u202e");
    tracker.host("a", "hooked", 1, "address", "10.0.0.1");
    tracker.host("b\u001b]0;x", "failed", 0.4, "reason", "no\nroom \u202e", "alsoFrom", "10.9.9.9");
    tracker.host("c", "downloading", 0.43);
    assertThat(skep.run("rollout", "status", TestRollouts.ID)).as(skep.err()).isZero();
    assertThat(skep.out())
        .isEqualTo(
            """
            torrent       evil?[2Jname?
            rollout       3f9c2a71b05e
            state         running
            progress      1 of 3 machines has it, 63 %, 1.2 MiB/s, about 12 s left

            machine  state         done       rate  left  address   why
            a        hooked       100 %          -     -  10.0.0.1
            b?]0;x   failed        40 %          -     -  -         no?room ?; another calls itself so at 10.9.9.9
            c        downloading   43 %  1.2 MiB/s     -  -
            """);
  }

  @Test
  void theNewestIsMeantByItsTorrentsNameAndWhereNothingIsSaid() {
    tracker.host("a", "waiting", 0);
    assertThat(skep.run("rollout", "status", "site.tar", "--json")).isZero();
    assertThat(json(skep.out()).getJsonArray("hosts")).hasSize(1);
    assertThat(skep.run("rollout", "status", "--missing")).isZero();
    assertThat(skep.out()).contains("waiting");
    assertThat(skep.run("rollout", "status", "other")).isEqualTo(1);
    assertThat(skep.err()).contains("has no rollout of 'other'; skep rollout list shows them");
    assertThat(skep.run("rollout", "status", "aaaaaaaaaaaa")).isEqualTo(1);
    tracker.none();
    assertThat(skep.run("rollout", "status")).isEqualTo(1);
    assertThat(skep.err()).contains("has no rollout; skep push or skep rollout create begins one");
  }

  @Test
  void allAreListed() {
    tracker.host("a", "waiting", 0);
    assertThat(skep.run("rollout", "list")).isZero();
    assertThat(skep.out())
        .isEqualTo(
            """
            rollout       torrent   state    have it  of  done  begun
            3f9c2a71b05e  site.tar  running        0   1  63 %  2026-11-30T10:22:30Z
            """);
    assertThat(skep.run("rollout", "list", "--state", "late")).isZero();
    assertThat(skep.err()).startsWith("skep: no rollouts;");
    assertThat(skep.run("rollout", "list", "--json")).isZero();
    assertThat(json(skep.out()).getJsonArray("rollouts")).hasSize(1);
  }

  @Test
  void waitingEndsWhenAllHaveIt() throws Exception {
    tracker.lasts(Instant.now().minusSeconds(30), Duration.ofSeconds(37));
    tracker.host("a", "downloading", 0.5);
    Thread finishing =
        Thread.ofVirtual()
            .start(
                () -> {
                  await().until(() -> tracker.asked.size() > 2);
                  tracker.isDown(true);
                  int asked = tracker.asked.size();
                  await().until(() -> tracker.asked.size() > asked);
                  tracker.isDown(false);
                  tracker.host("a", "verified", 1);
                });
    assertThat(skep.run("rollout", "wait")).as(skep.err()).isZero();
    finishing.join();
    assertThat(skep.out()).isEqualTo("done site.tar: 1 of 1 machine has it after 37 s\n");
    assertThat(skep.err()).contains("refuses: starting (waiting for it)");
  }

  @Test
  void whoIsMissingAndWhyIsOneLine() {
    tracker.lasts(Instant.now(), Duration.ZERO);
    tracker.host("a", "verified", 1);
    tracker.host("b", "downloading", 0.43);
    tracker.host("c", "failed", 0.1, "reason", "the disk is full");
    tracker.host("d", "unseen", 0);
    assertThat(skep.run("rollout", "wait", "--timeout", "1500ms")).isEqualTo(1);
    assertThat(skep.out()).isEmpty();
    assertThat(skep.err())
        .matches(
            "skep: site.tar: 1 of 4 machines has it after [0-9.]+ s; missing: c \\(failed: the"
                + " disk is full\\), b \\(43 %, 1.2 MiB/s\\), d \\(unseen\\)\n");
    assertThat(skep.run("rollout", "wait", "--timeout", "1500ms", "--json")).isEqualTo(1);
    JsonObject told = json(skep.out());
    assertThat(told.getBoolean("ok")).isFalse();
    assertThat(told.getJsonArray("missingHosts")).hasSize(3);
  }

  @Test
  void ofManyOnlySomeAreNamed() {
    for (int i = 10; i < 40; i++) {
      tracker.host("m" + i, "stalled", 0);
    }
    tracker.host("z", "failed", 0, "reason", "no room");
    assertThat(skep.run("rollout", "wait", "--timeout", "1500ms")).isEqualTo(1);
    assertThat(skep.err())
        .contains("missing: z (failed: no room), m10 (stalled)", " and 21 more\n");
  }

  @Test
  void soManyPercentSuffice() {
    tracker.host("a", "verified", 1);
    tracker.host("b", "failed", 0.1, "reason", "no room");
    assertThat(skep.run("rollout", "wait", "--percent", 50)).isZero();
    assertThat(skep.out()).contains("done site.tar: 1 of 2 machines has it");
    assertThat(skep.run("rollout", "wait", "--percent", 51, "--timeout", "1s")).isEqualTo(1);
    assertThat(skep.run("rollout", "wait", "--percent", 101)).isEqualTo(2);
  }

  @Test
  void whatIsLateOrCancelledIsNotWaitedFor() {
    tracker.host("a", "stalled", 0.5, "reason", "no progress for 2m");
    tracker.becomes("late");
    assertThat(skep.run("rollout", "wait")).isEqualTo(1);
    assertThat(skep.err()).contains("; missing: ");
    assertThat(skep.run("rollout", "cancel", TestRollouts.ID)).isZero();
    assertThat(skep.out()).isEqualTo("cancelled 3f9c2a71b05e\n");
    assertThat(skep.run("rollout", "wait")).isEqualTo(1);
    assertThat(skep.err()).contains("; it was cancelled");
  }

  @Test
  void helpShowsEachByAnExample() {
    for (String command : List.of("create", "status", "wait", "list", "cancel")) {
      assertThat(skep.run("rollout", command, "--help")).isZero();
      assertThat(skep.out()).contains("skep rollout " + command);
    }
  }
}
