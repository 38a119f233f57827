package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a service, as its keeper and its owner meet it. */
@Timeout(120)
class AgentServiceIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration TO_END = Duration.ofSeconds(5);

  @TempDir private Path temp;
  private final List<Running> agents = new ArrayList<>();

  @AfterEach
  void endThem() {
    agents.forEach(Running::close);
  }

  private Object[] run(Object... more) {
    List<Object> words = new ArrayList<>(List.of("agent", "run", "--data", temp.resolve("kept")));
    words.addAll(List.of("--bind", "127.0.0.1", "--port", 0, "--rpc-port", 0));
    words.addAll(List.of(more));
    return words.toArray();
  }

  private Running start(Object... more) throws Exception {
    Running started = Running.skep(temp, "agent", run(more));
    agents.add(started);
    return started.awaitSaid("controlled at", SOON);
  }

  private String asked(Running running, Object... words) throws Exception {
    String at = running.controlledAt(SOON).getAuthority();
    Skep skep = Skep.runWith(Map.of("SKEP_AGENT", at), temp, words);
    assertThat(skep.status())
        .as("%s: %s", List.of(words), Files.readString(skep.stderr()))
        .isZero();
    return Files.readString(skep.stdout());
  }

  @Test
  void aPersonAddsSeesMovesAndEndsAndFindsAllAgain() throws Exception {
    Path data = Files.createDirectories(temp.resolve("data"));
    TestFolder.file(data.resolve("disk.img"), 400_000, 1);
    Path torrent = temp.resolve("disk.img.torrent");
    assertThat(Skep.run(temp, "create", data.resolve("disk.img"), "-o", torrent).status()).isZero();
    Running first = start();
    assertThat(asked(first, "agent", "add", torrent, "-d", data, "--label", "images"))
        .isEqualTo("added disk.img (number 1)\n");
    asked(first, "agent", "limit", "disk.img", "--up", "1MB/s");
    asked(first, "agent", "limit", "--down", "2MB/s");
    asked(first, "agent", "priority", "1", "--high", "1");
    assertThat(asked(first, "agent", "files", "1")).contains("high");
    assertThat(asked(first, "agent", "show", "1")).contains("labels       images", "at most");
    assertThat(asked(first, "agent", "peers", "1")).isEmpty();
    asked(first, "agent", "pause", "1");
    Path moved = temp.resolve("moved");
    asked(first, "agent", "move", "disk.img", moved);
    asked(first, "agent", "stop");
    first.awaitDone(TO_END);

    Running second = start();
    String shown = asked(second, "agent", "show", "disk.img", "--json");
    assertThat(shown)
        .contains("\"download_dir\": \"" + moved + "\"", "\"upload_limit\": 1000", "\"status\": 0");
    assertThat(moved.resolve("disk.img")).exists();
    assertThat(asked(second, "agent", "list", "--json")).contains("\"images\"");
    asked(second, "agent", "resume", "--all");
    asked(second, "agent", "verify", "1");
    asked(second, "agent", "remove", "1", "--delete-data");
    assertThat(asked(second, "agent", "list")).isEmpty();
    second.terminate(TO_END);
    assertThat(moved.resolve("disk.img")).doesNotExist();
  }

  @Test
  void itsKeeperHearsThatItIsReadyLivesAndStops() throws Exception {
    Program.installed("python3");
    Path script = temp.resolve("systemd.py");
    Files.writeString(
        script,
        """
        import os, socket, subprocess, sys
        path = sys.argv[1]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(path)
            notified.settimeout(30)
            child = subprocess.Popen(sys.argv[2:], env=dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC="600000"))
            heard = ""
            while heard.count("WATCHDOG=1") < 3:
                heard += notified.recv(4096).decode() + "\\n"
            child.terminate()
            while "STOPPING=1" not in heard:
                heard += notified.recv(4096).decode() + "\\n"
            print(heard, "status", child.wait(10))
        """);
    List<String> command =
        new ArrayList<>(List.of("python3", script.toString(), temp.resolve("notify").toString()));
    command.addAll(Running.skepCommand(run()));
    Running keeper = Running.start(temp, "keeper", command);
    agents.add(keeper);
    keeper.awaitDone(Duration.ofSeconds(60));
    assertThat(keeper.said())
        .containsSubsequence("READY=1", "STATUS=ready on", "WATCHDOG=1", "STOPPING=1", "status 0");
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws Exception {
    Path config = Files.writeString(temp.resolve("agent.properties"), "skep.agent.rpc.prot=1\n");
    assertThat(refusal(2, "--config", config))
        .contains("unknown key skep.agent.rpc.prot; did you mean skep.agent.rpc.port?");
    Files.writeString(config, "skep.agent.rpc.bind=0.0.0.0\n");
    assertThat(refusal(2, "--config", config)).contains("others could control this agent");
    Running first = start();
    assertThat(refusal(1, "--rpc-port", 0)).contains("another agent uses");
    first.terminate(TO_END);
  }

  private String refusal(int status, Object... more) throws Exception {
    List<Object> words =
        new ArrayList<>(List.of("agent", "run", "--data", temp.resolve("kept"), "--port", 0));
    words.addAll(List.of(more));
    Skep skep = Skep.run(temp, words.toArray());
    assertThat(skep.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(skep.stderr());
    assertThat(skep.status()).as(said).isEqualTo(status);
    assertThat(said.lines()).hasSize(1);
    return said;
  }
}
