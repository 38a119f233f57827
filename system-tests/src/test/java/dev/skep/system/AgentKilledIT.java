package dev.skep.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that is killed at random instants of adds, removals, moves, downloads and changes:
 * whatever it answered is so after the next start, what it was at is done or not, and nothing is
 * half.
 */
class AgentKilledIT {
  private static final int TORRENTS = 7;

  /** This one is to be downloaded, each time anew; the data of the others is there. */
  private static final int FETCHED = 6;

  private static final int FETCHED_BYTES = 2_000_000;
  private static final Pattern SEEDER = Pattern.compile("ready on 127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_-]{40,}");
  private static final Pattern TORRENT =
      Pattern.compile(
          "\\{\"hash_string\":\"(\\w{40})\",\"status\":(\\d),\"download_dir\":\"([^\"]*)\","
              + "\"labels\":\\[(?:\"(\\w+)\")?\\],\"error_string\":\"([^\"]*)\","
              + "\"percent_done\":([\\d.]+)\\}");

  @TempDir private Path temp;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private @Nullable Running agent;
  private String session = "";
  private URI rpc = URI.create("http://127.0.0.1/");

  /** What the agent said that is so of a torrent. */
  private record State(boolean paused, Path folder, String label) {}

  /** What is so for sure, and of the torrent that was being changed what may be so as well. */
  private final Map<String, Optional<State>> sure = new TreeMap<>();

  private Optional<String> changing = Optional.empty();
  private List<Optional<State>> possible = List.of();

  private final Map<Integer, String> hashes = new HashMap<>();
  private final List<byte[]> torrents = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private int folders;
  private @Nullable Running seeder;
  private @Nullable HttpServer tracker;

  @AfterEach
  void close() {
    if (agent != null) {
      agent.close();
    }
    if (seeder != null) {
      seeder.close();
    }
    if (tracker != null) {
      tracker.stop(0);
    }
  }

  @Test
  @Timeout(180)
  void whatItAnsweredIsSoAfterFiveKills() throws Exception {
    killAgainAndAgain(5);
  }

  /** {@code -Dskep.kills} says otherwise. */
  @Test
  @Tag("full")
  @Timeout(3_600)
  void whatItAnsweredIsSoAfterTwoHundredKills() throws Exception {
    killAgainAndAgain(Integer.getInteger("skep.kills", 200));
  }

  private void killAgainAndAgain(int kills) throws Exception {
    long seed = Long.getLong("skep.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    make();
    for (int kill = 1; kill <= kills; kill++) {
      start();
      String context = "seed %d, start %d: %s".formatted(seed, kill, running().said());
      Map<String, State> there = await("all is checked").until(this::states, this::isSettled);
      check(there, context);
      long end = System.nanoTime() + random.nextLong(50, 1_500) * 1_000_000;
      Thread killer = Thread.ofPlatform().start(() -> killAt(end));
      act(random, end);
      killer.join();
      assertNothingWasWrong(context);
    }
    start();
    check(await("all is checked").until(this::states, this::isSettled), "seed " + seed);
    running().terminate(Duration.ofSeconds(7));
    assertNothingWasWrong("seed " + seed);
  }

  private void assertNothingWasWrong(String context) throws IOException {
    assertThat(running().said()).as(context).doesNotContain("set aside", "a fault in skep");
  }

  private Running running() {
    if (agent == null) {
      throw new IllegalStateException("not started");
    }
    return agent;
  }

  private void make() throws Exception {
    String announce = openTracker();
    for (int i = 0; i < TORRENTS; i++) {
      boolean isFetched = i == FETCHED;
      Path data =
          Files.createDirectories(temp.resolve(isFetched ? "source" : "place0"))
              .resolve("torrent" + i);
      TestFolder.file(data, isFetched ? FETCHED_BYTES : 200_000 + i, i);
      Path torrent = temp.resolve("torrent" + i + ".torrent");
      assertThat(Skep.run(temp, "create", data, "-o", torrent, "-t", announce).status()).isZero();
      torrents.add(Files.readAllBytes(torrent));
      if (isFetched) {
        seeder = Running.skep(temp, "seeder", "seed", torrent, data, "--bind", "127.0.0.1");
        seeder.awaitSaid("ready on", Duration.ofSeconds(30));
      }
    }
  }

  /** One that knows the seeder only, and says so to everybody. */
  private String openTracker() throws IOException {
    tracker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tracker.createContext(
        "/",
        exchange -> {
          try (exchange) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            answer.writeBytes("d8:intervali60e5:peers".getBytes(ISO_8859_1));
            Matcher at = SEEDER.matcher(seeder == null ? "" : seeder.said());
            if (at.find()) {
              int port = Integer.parseInt(at.group(1));
              answer.writeBytes("6:".getBytes(ISO_8859_1));
              answer.writeBytes(new byte[] {127, 0, 0, 1, (byte) (port >> 8), (byte) port});
            } else {
              answer.writeBytes("0:".getBytes(ISO_8859_1));
            }
            answer.write('e');
            exchange.sendResponseHeaders(200, answer.size());
            answer.writeTo(exchange.getResponseBody());
          }
        });
    tracker.start();
    return "http://127.0.0.1:" + tracker.getAddress().getPort() + "/announce";
  }

  private void start() throws Exception {
    Path config =
        Files.writeString(
            temp.resolve("agent.properties"),
            """
            skep.agent.lsd=false
            skep.agent.dht=false
            skep.agent.bind=127.0.0.1
            skep.agent.max.down=2MiB/s
            """);
    agent =
        Running.skep(
            temp,
            "agent",
            "agent",
            "run",
            "--data",
            temp.resolve("kept"),
            "--rpc-port",
            0,
            "--port",
            0,
            "--config",
            config);
    rpc = agent.controlledAt(Duration.ofSeconds(30)).resolve("transmission/rpc");
  }

  private void killAt(long nanos) {
    try {
      Thread.sleep(Duration.ofNanos(Math.max(0, nanos - System.nanoTime())));
      running().kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- What is asked of it ----

  private String call(String method, String params) throws IOException, InterruptedException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method, params);
    for (int attempt = 0; ; attempt++) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(rpc)
                  .timeout(Duration.ofSeconds(20))
                  .header("X-Transmission-Session-Id", session)
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        assertThat(answer.body()).as("%s %s", method, params).doesNotContain("\"error\":");
        return answer.body();
      }
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(attempt).isZero();
      session = answer.headers().firstValue("X-Transmission-Session-Id").orElseThrow();
      assertThat(session).matches(SESSION);
    }
  }

  private Map<String, State> states() throws Exception {
    String answer =
        call(
            "torrent_get",
            "{\"fields\":[\"hash_string\",\"status\",\"download_dir\",\"labels\",\"error_string\","
                + "\"percent_done\"]}");
    Map<String, State> states = new TreeMap<>();
    Matcher each = TORRENT.matcher(answer);
    while (each.find()) {
      assertThat(each.group(5)).as(answer).isEmpty();
      String label = each.group(4) == null ? "" : each.group(4);
      boolean paused = each.group(2).equals("0");
      boolean done = paused || (each.group(6).equals("1.0") && !each.group(2).matches("[1-5]"));
      states.put(each.group(1), new State(paused, Path.of(each.group(3)), done ? label : "busy"));
    }
    return states;
  }

  private boolean isSettled(Map<String, State> states) {
    return states.values().stream().noneMatch(state -> state.label.equals("busy"));
  }

  // ---- What is so ----

  private void check(Map<String, State> there, String context) {
    sure.forEach(
        (hash, state) -> {
          Optional<State> found = Optional.ofNullable(there.get(hash));
          if (changing.filter(hash::equals).isPresent()) {
            assertThat(possible).as("%s: %s", context, hash).contains(found);
          } else {
            assertThat(found).as("%s: %s", context, hash).isEqualTo(state);
          }
        });
    assertThat(sure.keySet()).as(context).containsAll(there.keySet());
    changing.ifPresent(hash -> sure.put(hash, Optional.ofNullable(there.get(hash))));
    changing = Optional.empty();
    there.forEach(
        (hash, state) -> {
          int number = numbers.getOrDefault(hash, 0);
          Path data = state.folder.resolve("torrent" + number);
          if (number != FETCHED) {
            assertThat(data).as("%s: data of %s", context, hash).exists();
          } else if (!state.paused) {
            assertThat(data).as(context).hasSameBinaryContentAs(temp.resolve("source/torrent6"));
          }
        });
  }

  private void act(SplittableRandom random, long end) throws InterruptedException {
    while (System.nanoTime() < end) {
      try {
        actOnce(random);
      } catch (IOException e) {
        return; // killed in the middle of it
      }
    }
  }

  private void actOnce(SplittableRandom random) throws IOException, InterruptedException {
    int number = random.nextInt(TORRENTS);
    Optional<String> known =
        numbers.entrySet().stream()
            .filter(each -> each.getValue() == number)
            .map(Map.Entry::getKey)
            .findFirst();
    Optional<State> before = known.flatMap(hash -> sure.getOrDefault(hash, Optional.empty()));
    if (before.isEmpty()) {
      add(number, random.nextBoolean());
      return;
    }
    State now = before.get();
    String hash = known.orElseThrow();
    String ids = "\"ids\":[\"%s\"]".formatted(hash);
    switch (random.nextInt(5)) {
      case 0 -> {
        // Somebody's file is not written over: of one that is fetched anew nothing may be left.
        String params = "{%s,\"delete_local_data\":%s}".formatted(ids, number == FETCHED);
        change(hash, Optional.empty(), "torrent_remove", params);
      }
      case 1 ->
          change(
              hash,
              Optional.of(new State(true, now.folder, now.label)),
              "torrent_stop",
              "{%s}".formatted(ids));
      case 2 ->
          change(
              hash,
              Optional.of(new State(false, now.folder, now.label)),
              "torrent_start",
              "{%s}".formatted(ids));
      case 3 -> {
        String label = "l" + random.nextInt(1000);
        change(
            hash,
            Optional.of(new State(now.paused, now.folder, label)),
            "torrent_set",
            "{%s,\"labels\":[\"%s\"]}".formatted(ids, label));
      }
      default -> {
        Path folder = number == FETCHED ? another() : temp.resolve("place" + random.nextInt(4));
        change(
            hash,
            Optional.of(new State(now.paused, folder, now.label)),
            "torrent_set_location",
            "{%s,\"location\":\"%s\",\"move\":true}".formatted(ids, folder));
      }
    }
  }

  private void change(String hash, Optional<State> after, String method, String params)
      throws IOException, InterruptedException {
    sure.putIfAbsent(hash, Optional.empty());
    changing = Optional.of(hash);
    possible = List.of(sure.getOrDefault(hash, Optional.empty()), after);
    call(method, params);
    sure.put(hash, after);
    changing = Optional.empty();
  }

  private void add(int number, boolean paused) throws IOException, InterruptedException {
    Path folder = number == FETCHED ? another() : whereDataIs(number);
    String hash = hashes.computeIfAbsent(number, this::hashOf);
    numbers.put(hash, number);
    change(
        hash,
        Optional.of(new State(paused, folder, "")),
        "torrent_add",
        "{\"metainfo\":\"%s\",\"download_dir\":\"%s\",\"paused\":%s}"
            .formatted(Base64.getEncoder().encodeToString(torrents.get(number)), folder, paused));
  }

  /** A folder in which nothing is. */
  private Path another() {
    return temp.resolve("folder" + folders++);
  }

  private String hashOf(int number) {
    try {
      return Metainfo.parse(torrents.get(number)).infoHash().hex();
    } catch (MetainfoException e) {
      throw new AssertionError(e);
    }
  }

  /** A torrent that was removed leaves its data where it was moved to last, or is being moved. */
  private Path whereDataIs(int number) {
    return await("the data of a removed torrent has come to rest")
        .until(
            () -> {
              for (int place = 0; place < 4; place++) {
                Path folder = temp.resolve("place" + place);
                if (Files.exists(folder.resolve("torrent" + number))) {
                  return folder;
                }
              }
              return temp;
            },
            folder -> !folder.equals(temp));
  }
}
