package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.system.tracker.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same commands of Debian's transmission-remote to an agent and to a transmission-daemon. What
 * they print is compared line by line; where it may differ, it stands here why.
 */
@Timeout(180)
class TransmissionRemoteIT {
  private static final int DAEMON = 9091;
  private static final int AGENT = 9092;

  /** Lines that may differ in any answer, and why. */
  private static final Map<String, String> DIFFERENT_LINES =
      Map.of(
          "(Daemon|RPC|RPC minimum) version: .*", "each says its own",
          "(Date|Seeding Time|Downloading Time|Duration|Latest activity).*", "the clock went on",
          "(Configuration directory|Download directory|Listenport|Location): .*", "the folders",
          "(Peer limit|Encryption|Peer exchange allowed|Maximum memory cache size): .*",
              "other defaults, and what Skep has not",
          "(Upload|Download) speed limit: .*", "Skep forgets a limit that does not hold",
          "Magnet: .*", "Skep leaves colons as they are",
          "Tracker gave an error: .*", "Skep says when no tracker can be reached",
          "(Got an error|Asking for|Queued to ask|Tracker had|Got a list).*",
              "each asks in its own rhythm",
          "Availability: .*", "Skep counts what it has");

  /** Commands that end otherwise here than there: what the agent says, and with it why. */
  private static final Map<String, String> DIFFERENT_COMMANDS = new LinkedHashMap<>();

  static {
    DIFFERENT_COMMANDS.put("-o", "dht-enabled cannot be changed.*read at the start");
    DIFFERENT_COMMANDS.put("-X", "pex-enabled cannot be changed.*read at the start");
    DIFFERENT_COMMANDS.put("-y", "lpd-enabled cannot be changed.*read at the start");
    DIFFERENT_COMMANDS.put("-m", "port-forwarding-enabled cannot be changed.*no router");
    DIFFERENT_COMMANDS.put("--utp", "utp-enabled cannot be changed.*does not speak uTP");
    DIFFERENT_COMMANDS.put("-er", "encryption cannot be changed.*read at the start");
    DIFFERENT_COMMANDS.put("-p 50001", "peer-port cannot be changed.*read at the start");
    DIFFERENT_COMMANDS.put("-e 8", "cache-size-mb cannot be changed");
    DIFFERENT_COMMANDS.put("-pr 300", "peer-limit-global cannot be changed");
    DIFFERENT_COMMANDS.put("-pt", "nobody outside is connected to port .*");
    DIFFERENT_COMMANDS.put("--blocklist-update", "skep has no blocklists.*");
    DIFFERENT_COMMANDS.put("-c /tmp", "incomplete-dir-?(enabled)? cannot be changed");
    DIFFERENT_COMMANDS.put("--trash-torrent", "trash-original-torrent-files cannot be changed");
    DIFFERENT_COMMANDS.put(
        "--torrent-done-script /bin/true",
        "script-torrent-done-.*runs no|script-torrent-done-filename cannot be changed");
  }

  /** Written down for both; what has to settle first is waited for. */
  private static final List<String> COMMANDS =
      List.of(
          "-si",
          "-st",
          "-l",
          "-a ONE -w DOWNLOADS",
          "-a TWO -w DOWNLOADS --start-paused",
          "-a ONE",
          "-a nosuch.torrent",
          "AWAIT Idle",
          "-l",
          "-t 1 -i",
          "-t 1 -it",
          "-t 1 -ip",
          "-t 1 -ic",
          "-t 2 -f",
          "-t 2 -G 1",
          "-t 2 -ph 0",
          "-t 2 -pl 1",
          "-t 2 -if",
          "-t 2 -g all",
          "-t 2 -pn all",
          "-t 2 -if",
          "-t 1 -d 100",
          "-t 1 -u 50",
          "-t 1 -i",
          "-t 1 -D",
          "-t 1 -U",
          "-t 1 -sr 1.5",
          "-t 1 -L one,two",
          "-t 1 -pr 33",
          "-t 1 -HL",
          "-t 1 -Bh",
          "-t 1 -i",
          "-t 1 -srd",
          "-t 1 -SR",
          "-t 1 -hl",
          "-t 1 -Bn",
          "-t 1 -td http://127.0.0.1:2/announce",
          "-t 1 -it",
          "-t 1 -tr 1",
          "-t 1 --reannounce",
          "-t 1 -S",
          "AWAIT Stopped",
          "-t 1 -l",
          "-t 1 -s",
          "AWAIT Idle",
          "-t 1 -v",
          "AWAIT Idle",
          "-t all -l",
          "-t 1 --move MOVED",
          "AWAIT Idle",
          "-t 1 -i",
          "-t 1 --find MOVED",
          "-t 1 --move relative",
          "-d 500",
          "-u 400",
          "-as",
          "-AS",
          "-asd 11",
          "-asu 12",
          "--alt-speed-time-begin 0930",
          "--alt-speed-time-end 1730",
          "--alt-speed-days 2-6",
          "-asc",
          "-si",
          "-ASC",
          "-D",
          "-U",
          "-gsr 2.5",
          "-si",
          "-GSR",
          "-w MOVED",
          "-e 8",
          "-o",
          "-O",
          "-x",
          "-X",
          "-y",
          "-Y",
          "-m",
          "-M",
          "--utp",
          "--no-utp",
          "-er",
          "-p 50001",
          "-pr 300",
          "-pt",
          "--blocklist-update",
          "-c /tmp",
          "-C",
          "--trash-torrent",
          "--no-trash-torrent",
          "--torrent-done-script /bin/true",
          "--no-torrent-done-script",
          "--start-paused",
          "--no-start-paused",
          "-t 9 -i",
          "-t 1,2 -S",
          "AWAIT Stopped",
          "-l",
          "-t 1 -r",
          "-t 2 -rad",
          "-l",
          "--exit");

  @TempDir private Path temp;
  private Network network;

  @BeforeEach
  void start() throws Exception {
    Program.installed("transmission-remote");
    Program.installed("transmission-daemon");
    network = Network.make();
    Path data = Files.createDirectories(temp.resolve("data"));
    byte[] bytes = new byte[300_000];
    new SplittableRandom(1).nextBytes(bytes);
    Files.write(data.resolve("disk.img"), bytes);
    Files.createDirectories(data.resolve("photos/sub"));
    Files.write(data.resolve("photos/a"), bytes);
    Files.write(data.resolve("photos/sub/b"), bytes);
    for (String name : List.of("disk.img", "photos")) {
      Path torrent = temp.resolve(name + ".torrent");
      String tracker = "http://127.0.0.1:1/announce";
      assertThat(
              Skep.run(temp, "create", data.resolve(name), "-o", torrent, "-t", tracker).status())
          .isZero();
      copy(data.resolve(name), temp.resolve("daemon/downloads").resolve(name));
      copy(data.resolve(name), temp.resolve("agent/downloads").resolve(name));
    }
    network.start(
        temp.resolve("daemon.log"),
        List.of(
            "transmission-daemon",
            "-f",
            "-g",
            temp.resolve("daemon/config").toString(),
            "-p",
            String.valueOf(DAEMON),
            "-w",
            temp.resolve("daemon/downloads").toString(),
            "--no-dht",
            "--no-lpd",
            "--no-utp",
            "-M"));
    network.start(
        temp.resolve("agent.log"),
        Running.skepCommand(
            "agent",
            "run",
            "--data",
            temp.resolve("agent/kept"),
            "--rpc-port",
            AGENT,
            "--port",
            50_002,
            "--config",
            Files.writeString(
                temp.resolve("agent.properties"), "skep.agent.lsd=false\nskep.agent.dht=false\n")));
    await().atMost(Duration.ofSeconds(30)).until(() -> answers(DAEMON) && answers(AGENT));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (var all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (network != null) {
      network.remove();
    }
  }

  private boolean answers(int port) throws Exception {
    return run(port, "-l").contains("Sum:");
  }

  /** What it prints on both streams. */
  private String run(int port, String words) throws Exception {
    Path own = temp.resolve(port == DAEMON ? "daemon" : "agent");
    List<String> command = new ArrayList<>(List.of("transmission-remote", "127.0.0.1:" + port));
    for (String word : words.split(" ", -1)) {
      command.add(
          switch (word) {
            case "ONE" -> temp.resolve("disk.img.torrent").toString();
            case "TWO" -> temp.resolve("photos.torrent").toString();
            case "DOWNLOADS" -> own.resolve("downloads").toString();
            case "MOVED" -> own.resolve("moved").toString();
            default -> word;
          });
    }
    Process process = new ProcessBuilder(network.inside(command)).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    return printed + "status " + process.waitFor();
  }

  /** Until the first torrent is so on both sides; some of what is asked for takes its time. */
  private void awaitState(String state) {
    Pattern first = Pattern.compile("(?m)^ *1\\*? +100% .* " + state + " +disk\\.img$");
    for (int port : List.of(DAEMON, AGENT)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  first.matcher(run(port, "-l")).find() && run(port, "-l").equals(run(port, "-l")));
    }
  }

  @Test
  @Tag("ci")
  void bothAnswerAlikeOrDifferForAReason() throws Exception {
    assertThat(COMMANDS).hasSizeGreaterThan(50);
    List<String> wrong = new ArrayList<>();
    for (String command : COMMANDS) {
      if (command.startsWith("AWAIT ")) {
        awaitState(command.substring("AWAIT ".length()));
        continue;
      }
      String theirs = comparable(run(DAEMON, command));
      String ours = comparable(run(AGENT, command));
      String expected = DIFFERENT_COMMANDS.get(command);
      boolean right =
          expected == null ? ours.equals(theirs) : Pattern.compile(expected).matcher(ours).find();
      if (!right) {
        wrong.add("%s%n--- daemon%n%s%n--- agent%n%s".formatted(command, theirs, ours));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(temp.resolve("agent/moved/disk.img")).as("forgotten, not deleted").exists();
    assertThat(temp.resolve("agent/downloads/photos")).as("deleted").doesNotExist();
  }

  private String comparable(String printed) {
    return printed
        .lines()
        .map(String::strip)
        .filter(line -> DIFFERENT_LINES.keySet().stream().noneMatch(line::matches))
        // A star says that something is wrong: here, that the tracker cannot be reached.
        .map(line -> line.replaceFirst("^(\\d+)\\* ", "$1  ").replaceAll(" +", " "))
        .map(
            line ->
                line.replace("127.0.0.1:" + DAEMON, "HOST").replace("127.0.0.1:" + AGENT, "HOST"))
        .map(line -> line.replace(temp + "/daemon", "OWN").replace(temp + "/agent", "OWN"))
        .collect(Collectors.joining("\n"));
  }
}
