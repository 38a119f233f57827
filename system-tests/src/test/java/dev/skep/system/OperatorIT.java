package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever runs a tracker: says who may do what, and takes all that it knows to another. */
@Timeout(300)
class OperatorIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int TORRENTS = 12;

  @TempDir private Path folder;
  private final List<Running> running = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    running.forEach(Running::close);
    http.close();
  }

  /** A tracker with its data folder. */
  private record At(String url, Path data, Running process) {}

  private At tracker(String name) throws IOException {
    Path data = folder.resolve(name);
    Running process =
        Running.skep(
            folder, name, "tracker", "run", "--bind", "127.0.0.1", "--port", "0", "--data", data);
    running.add(process);
    return new At(process.announceUrl(SOON).replace("/announce", ""), data, process);
  }

  private Skep skep(At at, Object... words) throws Exception {
    Object[] all =
        Stream.concat(
                Stream.concat(Stream.of("tracker"), Arrays.stream(words)),
                Stream.of("--tracker", at.url(), "--data", at.data()))
            .toArray();
    return Skep.run(folder, all);
  }

  private String said(At at, Object... words) throws Exception {
    Skep done = skep(at, words);
    assertThat(done.status()).as(done.err()).isZero();
    return done.out().strip();
  }

  private String read(At at, String path) throws Exception {
    String token = Files.readString(at.data().resolve("admin.token")).strip();
    var request =
        HttpRequest.newBuilder(URI.create(at.url() + path))
            .header("Authorization", "Bearer " + token)
            .build();
    return http.send(request, BodyHandlers.ofString(StandardCharsets.ISO_8859_1)).body();
  }

  private String announce(At at) throws Exception {
    return read(
        at,
        "/announce?info_hash=%s&peer_id=-SK0100-123456789012&port=7001&left=0"
            .formatted("%01".repeat(20)));
  }

  @Test
  void whoMayDoWhatIsChangedFromTheCommandLineWhileItRuns() throws Exception {
    At at = tracker("one");
    assertThat(announce(at)).contains("8:interval");
    said(at, "deny", "--client=-SK", "--note", "a test");
    assertThat(announce(at)).contains("does not serve your client");
    assertThat(said(at, "deny")).contains("denied-clients", "-SK", "a test");
    said(at, "deny", "--client=-SK", "--remove");
    said(at, "allow", "--network", "10.0.0.0/8");
    assertThat(announce(at)).contains("does not serve your address");
    said(at, "allow", "--network", "10.0.0.0/8", "--remove");
    assertThat(said(at, "mode", "private")).isEqualTo("private, as its administrator set it");
    assertThat(announce(at)).contains("needs a passkey");
    assertThat(said(at, "mode", "configured")).isEqualTo("open, as its configuration says");
    assertThat(announce(at)).contains("8:interval");

    String token = said(at, "token", "new", "--may", "publish", "--note", "builds");
    Path site = Files.write(folder.resolve("site"), new byte[1000]);
    Skep.run(folder, "create", site);
    var with = Map.of("SKEP_ADMIN_TOKEN", token);
    Skep published = Skep.runWith(with, folder, "publish", "site.torrent", "--tracker", at.url());
    assertThat(published.status()).as(published.err()).isZero();
    Skep refused = Skep.runWith(with, folder, "tracker", "deny", "--tracker", at.url());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("that token may publish; this takes one that may administer")
        .hasLineCount(1);
    String id = said(at, "token", "list").lines().toList().getLast().split(" ", 2)[0];
    said(at, "token", "revoke", id);
    published = Skep.runWith(with, folder, "publish", "site.torrent", "--tracker", at.url());
    assertThat(published.err()).contains("none of this tracker's tokens");
    assertThat(said(at, "passkey", "new", "--lasts", "1d")).matches("[0-9a-f]{32}");
    assertThat(said(at, "passkey", "list")).contains("announce").doesNotContain("expired");
    assertThat(skep(at, "deny", "--network", "nowhere").err())
        .contains("\"nowhere\" is not a block of addresses");
  }

  @Test
  void allThatATrackerKnowsGoesToAnotherWhileBothRun() throws Exception {
    At old = tracker("old");
    for (int i = 0; i < TORRENTS; i++) {
      Path data = TestFolder.file(folder.resolve("file " + i), 20_000 + i, i);
      Path torrent = folder.resolve(i + ".torrent");
      Skep.run(folder, "create", data, "-o", torrent);
      said(old, "publish", torrent, "--name", "näme " + i / 2, "--label", "l" + i % 3);
    }
    said(old, "deny", "--network", "10.9.0.0/16", "--client=-XL", "--note", "wir \"nicht\"");
    said(old, "passkey", "new", "--note", "lab", "--lasts", "30d");
    String token = said(old, "token", "new", "--may", "read");
    complete(old);

    Path backup = folder.resolve("backup");
    assertThat(said(old, "export", backup)).startsWith("exported 12 torrents and 4 lines");
    assertThat(skep(old, "export", backup).err()).contains("is there already");

    At fresh = tracker("fresh");
    assertThat(said(fresh, "import", backup, "--check")).startsWith("whole: 12 torrents");
    assertThat(read(fresh, "/api/v1/stats")).contains("\"registeredTorrents\":0");
    // Half of it arrives twice, as after an import that was killed.
    Path half = half(backup);
    assertThat(skep(fresh, "import", half).err()).contains("is cut off");
    assertThat(said(fresh, "import", backup)).startsWith("imported 12 torrents and 4 lines");
    assertThat(said(fresh, "import", backup)).startsWith("imported 12 torrents and 4 lines");

    fresh.process().kill(); // what was acknowledged is there
    At again = tracker("fresh");
    assertThat(lists(again)).isEqualTo(lists(old));
    assertThat(read(again, "/api/v1/access/lines")).isEqualTo(read(old, "/api/v1/access/lines"));
    assertThat(catalogue(again)).hasSize(TORRENTS).isEqualTo(catalogue(old));
    for (String row : catalogue(old)) {
      String path = "/torrents/" + row.replaceAll(".*\"infoHash\":\"(\\w+)\".*", "$1") + ".torrent";
      assertThat(read(again, path)).isEqualTo(read(old, path)).startsWith("d");
    }
    Skep reader =
        Skep.runWith(
            Map.of("SKEP_ADMIN_TOKEN", token), folder, "tracker", "list", "--tracker", again.url());
    assertThat(reader.out()).contains("näme 5");
    assertThat(read(again, "/api/v1/torrents?sort=completed&limit=1")).contains("\"completed\":1");
  }

  private String lists(At at) throws Exception {
    return said(at, "deny", "--json");
  }

  /** Rows of the catalogue but for when this tracker took them. */
  private List<String> catalogue(At at) throws Exception {
    String all = read(at, "/api/v1/catalogue?sort=name&limit=1000");
    return Arrays.stream(all.split("(?=\\{\"infoHash\")"))
        .skip(1)
        .map(row -> row.replaceAll("\"registeredAt\":\"[^\"]*\",", "").replaceAll("}.*", "}"))
        .sorted()
        .toList();
  }

  private void complete(At at) throws Exception {
    String hash = catalogue(at).getFirst().replaceAll(".*\"infoHash\":\"(\\w+)\".*", "$1");
    for (String event : List.of("started&left=9", "completed&left=0")) {
      assertThat(
              read(
                  at,
                  "/announce?info_hash=%s&peer_id=-SK0100-123456789012&port=7001&event=%s"
                      .formatted(hash.replaceAll("..", "%$0"), event)))
          .contains("8:interval");
    }
    await("it is counted")
        .atMost(SOON)
        .until(() -> read(at, "/api/v1/torrents/" + hash).contains("\"completed\":1"));
  }

  /** What a copy of the folder is like that did not come to its end. */
  private Path half(Path backup) throws IOException {
    Path half = Files.createDirectory(folder.resolve("half"));
    Files.createSymbolicLink(half.resolve("torrents"), backup.resolve("torrents"));
    List<String> lines = Files.readAllLines(backup.resolve("tracker.jsonl"));
    Files.write(half.resolve("tracker.jsonl"), lines.subList(0, lines.size() / 2));
    return half;
  }
}
