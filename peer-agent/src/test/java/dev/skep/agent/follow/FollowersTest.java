package dev.skep.agent.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Many machines that follow a label, one of which goes away in the middle, and one comes late. */
@Timeout(600)
@DisabledOnOs(OS.WINDOWS) // its command is a shell script
class FollowersTest {
  private static final int FOLLOWERS = Boolean.getBoolean("skep.full") ? 60 : 6;
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir private Path temp;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** A machine. */
  private final class Machine {
    private final Path folder;
    private final Map<String, String> settings;
    private TestAgent test;
    private Follows follows;

    Machine(int number, String tracker) throws Exception {
      folder = Files.createDirectories(temp.resolve("machine" + number));
      Path script = folder.resolve("done.sh");
      Files.writeString(script, "echo \"$1\" >> '" + folder.resolve("told") + "'\n");
      settings =
          Map.of(
              AgentKeys.FOLLOW.name(),
              tracker + " label=web dir='" + place() + "' current=yes",
              AgentKeys.FOLLOW_INTERVAL.name(),
              FOLLOWERS > 10 ? "4s" : "1s", // all look at one small test tracker
              AgentKeys.ON_DONE.name(),
              "/bin/sh '" + script + "' {path}");
      start();
    }

    void start() throws Exception {
      test = TestAgent.open(folder.resolve("data"), settings);
      open.add(test);
      follows = Follows.open(test.agent());
      open.add(follows);
    }

    /** In the middle of whatever it does. */
    void stop() throws Exception {
      open.removeAll(List.of(follows, test));
      follows.close();
      test.agent().close();
    }

    Path place() {
      return folder.resolve("www");
    }

    boolean isTold(Seeded data) {
      try {
        Path told = folder.resolve("told");
        return Files.exists(told)
            && Files.readAllLines(told)
                .contains(place().resolve(data.metainfo().name()).toString());
      } catch (IOException e) {
        return false;
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void allHaveItVerifiedActivatedAndHooked() throws Exception {
    Seeded first = Seeded.file("site-1.tar", 2_000_000);
    Seeded second = Seeded.folder("site-2", 400_000);
    TestCatalogue catalogue = new TestCatalogue();
    open.add(catalogue);
    TestAgent source = TestAgent.open(temp.resolve("source"));
    open.add(source);
    catalogue.seed(source, first, temp.resolve("seeded"));
    List<Machine> machines = new ArrayList<>();
    for (int i = 0; i < FOLLOWERS - 1; i++) {
      machines.add(new Machine(i, catalogue.url()));
    }
    catalogue.publish(first, "web", 1_800_000_000);
    Machine leaver = machines.getFirst();
    await().atMost(SOON).until(() -> !leaver.test.agent().torrents().isEmpty());
    leaver.stop();

    catalogue.seed(source, second, temp.resolve("seeded"));
    catalogue.publish(second, "web", 1_800_000_100);
    leaver.start();
    machines.add(new Machine(FOLLOWERS, catalogue.url())); // comes late

    for (Machine machine : machines) {
      await("told of both: " + machine.folder)
          .atMost(SOON)
          .until(() -> machine.isTold(first) && machine.isTold(second));
      assertThat(machine.place().resolve("site-1.tar")).hasBinaryContent(first.bytes());
      Agent agent = machine.test.agent();
      assertThat(agent.torrents()).hasSize(2).allMatch(torrent -> torrent.view().isComplete());
      assertThat(Files.readSymbolicLink(machine.place().resolve("current")))
          .isEqualTo(Path.of("site-2"));
    }
  }
}
