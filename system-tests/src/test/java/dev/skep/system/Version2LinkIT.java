package dev.skep.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.system.tracker.ForeignClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A link to a torrent that is v2 only (BEP 52): the hashes of its pieces come from peers, from
 * libtorrent to us and from us to libtorrent.
 */
class Version2LinkIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern READY = Pattern.compile("ready on 127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private Path data;
  private Path torrent;
  private String link;

  @BeforeEach
  void aTorrentWithALongFile() throws Exception {
    Assumptions.assumeTrue(ForeignClient.LIBTORRENT.isInstalled(), "libtorrent is not installed");
    data = Files.createDirectories(folder.resolve("seeded/it"));
    // More pieces than one message has hashes of, and few.
    TestFolder.file(data.resolve("long"), 600 * 16_384 + 5, 1);
    TestFolder.file(data.resolve("short"), 5 * 16_384, 2);
    TestFolder.file(data.resolve("tiny"), 7, 3);
    torrent = folder.resolve("it.torrent");
    new Program(
            Running.skepCommand("create", data, "-o", torrent, "--v2", "--piece-length", "16KiB"))
        .output(folder);
    link = new Program(Running.skepCommand("magnet", torrent)).output(folder).strip();
    assertThat(link).contains("urn:btmh:").doesNotContain("btih");
  }

  @AfterEach
  void everythingEnds() {
    running.reversed().forEach(Running::close);
  }

  private String port(String name, List<String> command) throws IOException {
    Running program = Running.start(folder, name, command);
    running.add(program);
    Matcher ready = READY.matcher(program.awaitSaid("ready on", SOON).said());
    assertThat(ready.find()).as(program.said()).isTrue();
    return ready.group(1);
  }

  @Test
  void libtorrentGivesUsTheHashes() throws Exception {
    String port = port("libtorrent", libtorrent("seed", torrent, requireNonNull(data.getParent())));
    Path copy = folder.resolve("copy");

    Skep get =
        Skep.run(
            folder, "get", link, "-d", copy, "--bind", "127.0.0.1", "--peer", "127.0.0.1:" + port);

    assertThat(get.process().exitValue()).as(get.err()).isZero();
    assertThat(TestFolder.digests(copy.resolve("it"))).isEqualTo(TestFolder.digests(data));
  }

  @Test
  void weGiveThemToLibtorrent() throws Exception {
    String port =
        port(
            "skep",
            Running.skepCommand("seed", torrent, data, "--bind", "127.0.0.1", "--port", "0"));
    Path copy = Files.createDirectory(folder.resolve("copy"));

    Running.start(folder, "libtorrent", libtorrent("get", link, copy, port)).awaitDone(SOON);

    assertThat(TestFolder.digests(copy.resolve("it"))).isEqualTo(TestFolder.digests(data));
  }

  private List<String> libtorrent(Object... words) throws IOException {
    Path script = folder.resolve("version2_peer.py");
    try (var in =
        Objects.requireNonNull(
            Version2LinkIT.class.getResourceAsStream("/dev/skep/system/version2_peer.py"))) {
      Files.write(script, in.readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", script.toString()));
    for (Object word : words) {
      command.add(word.toString());
    }
    return command;
  }
}
