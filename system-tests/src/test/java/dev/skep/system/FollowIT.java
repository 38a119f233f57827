package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.system.AskedTracker.Asked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents that follow a label of a whole tracker: one is killed, one starts late. */
@Timeout(300)
class FollowIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int BYTES = 3_000_000;

  /** How soon after its publication a torrent is to be fetched. */
  private static final Duration AT_LATEST = Duration.ofSeconds(5);

  @TempDir private Path temp;
  private final List<Running> running = new ArrayList<>();
  private @Nullable AskedTracker asked;

  @AfterEach
  void endThem() {
    running.forEach(Running::close);
    if (asked != null) {
      asked.close();
    }
  }

  private Running start(String name, Object... words) throws Exception {
    Running started = Running.skep(temp, name, words);
    running.add(started);
    return started;
  }

  /** A machine that follows. */
  private Running follower(int number, String tracker) throws Exception {
    Path folder = Files.createDirectories(temp.resolve("machine" + number));
    Path script = folder.resolve("done.sh");
    Files.writeString(script, "echo \"$2 $1\" >> '" + folder.resolve("told") + "'\n");
    Path config =
        Files.writeString(
            folder.resolve("agent.properties"),
            """
            skep.agent.bind=127.0.0.1
            skep.agent.follow=%s label=web dir='%s' current=yes drop=data
            skep.agent.follow.trust=%s
            skep.agent.on.done=/bin/sh '%s' {path} {name}
            """
                .formatted(tracker, folder.resolve("www"), temp.resolve("key.pub"), script));
    return start(
            "agent" + number,
            "agent",
            "run",
            "--data",
            folder.resolve("data"),
            "--port",
            0,
            "--rpc-port",
            0,
            "--config",
            config)
        .awaitSaid("controlled at", SOON);
  }

  private void skep(Object... words) throws Exception {
    Skep skep = Skep.runWith(Map.of("SKEP_ADMIN_TOKEN", "open-sesame"), temp, words);
    assertThat(skep.status()).as("%s: %s", List.of(words), skep.err()).isZero();
  }

  /** Makes, seeds and publishes a file. */
  private void publish(String name, String announce, String tracker, Object... more)
      throws Exception {
    Path data = temp.resolve(name);
    TestFolder.file(data, BYTES, name.hashCode());
    Path torrent = temp.resolve(name + ".torrent");
    skep("create", data, "-t", announce, "-o", torrent);
    start("seed-" + name, "seed", torrent, data, "--bind", "127.0.0.1", "--port", 0)
        .awaitSaid("ready on", SOON);
    List<Object> words =
        new ArrayList<>(List.of("publish", torrent, "--label", "web", "--tracker", tracker));
    words.addAll(List.of(more));
    skep(words.toArray());
  }

  private Path at(int machine, String name) {
    return temp.resolve("machine" + machine).resolve("www").resolve(name);
  }

  private boolean isTold(int machine, String name) throws Exception {
    Path told = temp.resolve("machine" + machine).resolve("told");
    return Files.exists(told) && Files.readAllLines(told).contains(name + " " + at(machine, name));
  }

  /**
   * A busy machine may do everything late, so looks are counted: the first that begins after a
   * publication sees it, and on the whole they follow one another so fast that this is in time.
   */
  private void requireFetchedAtTheNextLook(long published) {
    List<Asked> all = Objects.requireNonNull(asked).all();
    List<Asked> looks = all.stream().filter(Asked::isLook).toList();
    Asked fetched =
        all.stream()
            .filter(each -> each.path().startsWith("/torrents/"))
            .max(Comparator.comparingLong(Asked::beganNanos))
            .orElseThrow();
    assertThat(looks)
        .filteredOn(look -> look.beganNanos() > published)
        .filteredOn(look -> look.beganNanos() < fetched.beganNanos())
        .as("looks after its publication, until it was fetched: of %s", looks)
        .hasSizeLessThanOrEqualTo(1);
    assertThat(looks).hasSizeGreaterThan(1);
    long took = looks.getLast().beganNanos() - looks.getFirst().beganNanos();
    assertThat(Duration.ofNanos(took / (looks.size() - 1)))
        .as("between two looks, on the whole")
        .isLessThan(AT_LATEST);
  }

  @Test
  void allHaveWhatIsPublishedAlsoTheOneThatWasKilledAndTheOneThatCameLate() throws Exception {
    Path config =
        Files.writeString(temp.resolve("tracker.properties"), "skep.admin.token=open-sesame\n");
    Running tracker =
        start(
            "tracker",
            "tracker",
            "run",
            "--port",
            0,
            "--udp-port",
            0,
            "--bind",
            "127.0.0.1",
            "--data",
            temp.resolve("tracker"),
            "--config",
            config);
    String announce = tracker.announceUrl(SOON);
    String url = announce.replace("/announce", "");
    skep("keygen", temp.resolve("key"));
    asked = new AskedTracker(url);
    follower(1, asked.url());
    Running killed = follower(2, url);

    publish("unsigned.img", announce, url);
    publish("site-1.img", announce, url, "--sign", temp.resolve("key"));
    long published = System.nanoTime();
    await().atMost(SOON).until(() -> isTold(1, "site-1.img"));
    requireFetchedAtTheNextLook(published);
    killed.kill();

    publish("site-2.img", announce, url, "--sign", temp.resolve("key"));
    follower(2, url);
    follower(3, url);
    for (int machine = 1; machine <= 3; machine++) {
      int each = machine;
      await("machine " + machine)
          .atMost(SOON)
          .until(() -> isTold(each, "site-1.img") && isTold(each, "site-2.img"));
      assertThat(at(machine, "site-2.img")).hasSameBinaryContentAs(temp.resolve("site-2.img"));
      assertThat(Files.readSymbolicLink(at(machine, "current"))).isEqualTo(Path.of("site-2.img"));
      assertThat(at(machine, "unsigned.img")).doesNotExist();
    }
    skep("tracker", "remove", "site-2.img", "--tracker", url);
    for (int machine = 1; machine <= 3; machine++) {
      Path gone = at(machine, "site-2.img");
      await("machine " + machine).atMost(SOON).until(() -> !Files.exists(gone));
      assertThat(at(machine, "current")).hasSameBinaryContentAs(temp.resolve("site-1.img"));
    }
  }
}
