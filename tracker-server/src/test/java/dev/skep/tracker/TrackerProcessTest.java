package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skep.tracker.http.SelfSignedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tracker as a process: what it says, how it ends, and what it knows afterwards. Beside other
 * tests, since it is other processes that work.
 */
@Execution(ExecutionMode.CONCURRENT)
class TrackerProcessTest {
  private static final int PEERS = 50;
  private static final int MOST_FILES = 600;
  private static final Runtime.Version FIRST_WITH_SLICES = Runtime.Version.parse("6.12");

  @TempDir private Path folder;
  private int newcomers;

  /**
   * One life after another in one test, for a start takes seconds; the first begins with a damaged
   * store, the second with a damaged mark beside a whole one.
   */
  @Test
  void aTrackerThatWasKilledOrStoppedKnowsItsTorrentsCountsAndPeersAgain() throws Exception {
    Path data = folder.resolve("data");
    damageStore(data);
    try (RunningTracker tracker = RunningTracker.ready(data)) {
      assertShowsAndKeepsItsToken(tracker, data);
      assertTellsOfDamage(tracker, data, 1);
      assertServesNobodyUntilListsAreConfirmed(tracker);
      assertThatThoseWhoAnswerGoFirst(tracker.pid());
      registerAndAnnounce(tracker, 0);
      awaitSave(tracker);
      assertOnlyItsUserMayRead(data);
      tracker.kill();
    }
    Files.write(data.resolve("store-1/mark"), new byte[] {1, 2, 3});
    long peers;
    try (RunningTracker tracker = RunningTracker.readyWithFiles(data, MOST_FILES)) {
      assertTellsOfDamage(tracker, data, 2);
      assertKnows(tracker, 1);
      registerAndAnnounce(tracker, 1);
      assertRefusesABodyThatNoRequestNeeds(tracker);
      assertOutlivesMoreConnectionsThanItHasFilesFor(tracker);
      peers = counts(tracker, "peers");
      announce(tracker, 77, 1, "started");
      long began = System.nanoTime();
      tracker.stop();
      assertThat(tracker.status()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
    try (RunningTracker tracker = RunningTracker.ready(data)) {
      assertKnows(tracker, 2);
      assertThat(counts(tracker, "peers")).isEqualTo(peers + 1);
      assertThat(tracker.post("/api/v1/stop", new byte[0])).isEqualTo(202);
      assertThat(tracker.status()).isZero();
      assertThat(tracker.lines()).as("no damage, no news").hasSize(1);
    }
  }

  private static void registerAndAnnounce(RunningTracker tracker, int torrent) throws Exception {
    assertThat(tracker.post("/api/v1/torrents?name=torrent" + torrent, torrentFile(torrent)))
        .isEqualTo(201);
    for (int peer = 0; peer < PEERS; peer++) {
      announce(tracker, torrent, peer, peer == 0 ? "completed" : "started");
    }
  }

  /** Refused by its length alone: nothing of it is sent here. */
  private static void assertRefusesABodyThatNoRequestNeeds(RunningTracker tracker)
      throws IOException {
    int said = tracker.lines().size();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), tracker.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "POST /api/v1/torrents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12000000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 413 ")
          .contains("Connection: close")
          .doesNotContain("Exception");
    }
    assertThat(tracker.lines()).hasSize(said);
  }

  /** Helidon's listener ends for good when it may open no more files. */
  private static void assertOutlivesMoreConnectionsThanItHasFilesFor(RunningTracker tracker)
      throws Exception {
    int said = tracker.lines().size();
    List<SocketChannel> open = new ArrayList<>();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), tracker.port());
    for (int i = 0; i < MOST_FILES; i++) {
      SocketChannel channel = SocketChannel.open();
      open.add(channel);
      channel.configureBlocking(false);
      channel.connect(address);
    }
    Set<SocketChannel> turnedAway = new HashSet<>();
    await("most are turned away")
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () -> {
              open.stream().filter(TrackerProcessTest::isTurnedAway).forEach(turnedAway::add);
              return turnedAway.size() > MOST_FILES / 2;
            });
    for (SocketChannel channel : open) {
      channel.close();
    }
    await("it is there for others again")
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> announce(tracker, 77, 2, "started"));
    assertThat(tracker.lines()).hasSize(said);
  }

  private static boolean isTurnedAway(SocketChannel channel) {
    try {
      return channel.finishConnect() && channel.read(ByteBuffer.allocate(64)) > 0;
    } catch (IOException _) {
      return true; // reset, where they came faster than they could be told
    }
  }

  private static void damageStore(Path data) throws IOException {
    Path file = data.resolve("store/channel_0/channel_0_1.dat");
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[] {1, 2, 3});
  }

  private static void assertTellsOfDamage(RunningTracker tracker, Path data, int setAside)
      throws Exception {
    List<String> said = new ArrayList<>(tracker.lines());
    if (setAside == 1) {
      said.removeFirst(); // of its token
      assertThat(said.removeFirst()).startsWith("skep: others could read the data folder ");
    }
    assertThat(said).hasSize(2);
    assertThat(said.getFirst()).startsWith("skep: the store was damaged (");
    assertThat(tracker.get("/health/ready"))
        .contains("\"name\":\"saving\",\"status\":\"UP\"")
        .contains("set aside as");
    assertThat(data.toFile().list())
        .filteredOn(name -> name.startsWith("store.damaged-"))
        .hasSize(setAside);
  }

  /** At the first start only; the others say nothing of it, which the number of lines shows. */
  private static void assertShowsAndKeepsItsToken(RunningTracker tracker, Path data)
      throws Exception {
    Path file = data.resolve("admin.token");
    String token = Files.readString(file).strip();
    assertThat(tracker.lines().getFirst())
        .isEqualTo(
            "skep: the new admin token, shown only now, is "
                + token
                + "; commands on this machine find it in "
                + file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Path hash = data.resolve("admin.token.sha256");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hash)))
        .isEqualTo("rw-------");
    assertThat(hash).content().doesNotContain(token);
    assertThat(tracker.post("/api/v1/torrents", torrentFile(0), "wrong")).isEqualTo(401);
  }

  @Test
  void onSighupTheAccessFileIsReadAndTheTrackerGoesOn() throws Exception {
    assumeFalse(
        hangUpIsIgnored(), "SIGHUP is ignored here, as below nohup: what is started inherits that");
    Path lists = folder.resolve("lists");
    Files.writeString(lists, "denied-clients -SK\n");
    Path config = folder.resolve("tracker.properties");
    Files.writeString(config, "skep.access.file=" + lists + "\n");
    try (RunningTracker tracker = RunningTracker.readyWithConfig(folder.resolve("data"), config)) {
      assertThat(tracker.get(announcing(1, 1, "started"))).contains("does not serve your client");

      // Of the same length and age, so that only the signal says that it is another.
      FileTime age = Files.getLastModifiedTime(lists);
      Files.writeString(lists, "denied-clients -TR\n");
      Files.setLastModifiedTime(lists, age);
      Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(tracker.pid())).start();
      assertThat(kill.waitFor()).isZero();
      await("the file is read")
          .until(() -> tracker.get(announcing(1, 1, "started")).contains("8:interval"));
      assertThat(Files.readString(folder.resolve("data/audit.log")))
          .contains("\"removed\",\"list\":\"denied-clients\",\"entry\":\"-SK\"");
    }
  }

  private static boolean hangUpIsIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16) % 2 != 0);
    }
  }

  /** What libraries make in the folder, too. */
  private static void assertOnlyItsUserMayRead(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .endsWith("------");
      }
    }
  }

  /** Who was denied is not known any more. */
  private static void assertServesNobodyUntilListsAreConfirmed(RunningTracker tracker)
      throws Exception {
    assertThat(tracker.get("/health/ready"))
        .startsWith("{\"status\":\"DOWN\"")
        .contains("the access lists were lost");
    assertThat(tracker.get(announcing(88, 1, "started")))
        .contains("14:failure reason", "lost its access lists");
    assertThat(tracker.post("/api/v1/access/confirm", new byte[0])).isEqualTo(204);
    assertThat(tracker.get("/health/ready")).startsWith("{\"status\":\"UP\"");
  }

  private static void assertKnows(RunningTracker tracker, int torrents) throws Exception {
    assertThat(counts(tracker, "registeredTorrents")).isEqualTo(torrents);
    for (int torrent = 0; torrent < torrents; torrent++) {
      assertThat(tracker.get("/api/v1/torrents/" + hash(torrent)))
          .contains("\"completed\":1", "\"seeders\":1", "\"leechers\":49");
    }
  }

  @Test
  void aTrackerWithKeysSaysHttpsAndSpeaksIt() throws Exception {
    Path keys = folder.resolve("keys.p12");
    SelfSignedKeys.write(keys);
    Path file = folder.resolve("tracker.properties");
    Files.writeString(
        file,
        """
        server.tls.private-key.keystore.resource.path=%s
        server.tls.private-key.keystore.passphrase=%s
        server.tls.private-key.keystore.type=PKCS12
        """
            .formatted(keys, SelfSignedKeys.PASSPHRASE));
    try (RunningTracker tracker = RunningTracker.readyWithConfig(folder.resolve("data"), file);
        HttpClient client =
            HttpClient.newBuilder().sslContext(SelfSignedKeys.trusting(keys)).build()) {
      String here = "https://127.0.0.1:" + tracker.port();
      assertThat(tracker.lines()).anyMatch(line -> line.contains("ready on " + here + "/announce"));
      var request = HttpRequest.newBuilder(URI.create(here + "/health/ready")).build();
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anUnknownNameInTheEnvironmentKeepsItFromStarting() throws Exception {
    try (RunningTracker tracker = RunningTracker.runWith(Map.of("SKEP_BINDD", "127.0.0.1"))) {
      assertThat(tracker.status()).isEqualTo(2);
      assertThat(tracker.lines())
          .containsExactly("skep: environment: unknown key SKEP_BINDD; did you mean SKEP_BIND?");
    }
  }

  /**
   * Waits until swarms were saved after now: the second save from here cannot have begun before.
   * Only for a peer that comes is one due at once.
   */
  private void awaitSave(RunningTracker tracker) throws Exception {
    for (int save = 0; save < 2; save++) {
      double before = savedSwarms(tracker);
      announce(tracker, 99, newcomers++, "started");
      await().atMost(20, TimeUnit.SECONDS).until(() -> savedSwarms(tracker) > before);
    }
  }

  private static double savedSwarms(RunningTracker tracker) throws Exception {
    Matcher line =
        Pattern.compile("skep_tracker_saved_swarms_total\\{[^}]*} (\\S+)")
            .matcher(tracker.get("/metrics"));
    assertThat(line.find()).isTrue();
    return Double.parseDouble(line.group(1));
  }

  private static long counts(RunningTracker tracker, String name) throws Exception {
    Matcher field =
        Pattern.compile("\"" + name + "\":(\\d+)").matcher(tracker.get("/api/v1/stats"));
    assertThat(field.find()).isTrue();
    return Long.parseLong(field.group(1));
  }

  private static void announce(RunningTracker tracker, int torrent, int peer, String event)
      throws Exception {
    assertThat(tracker.get(announcing(torrent, peer, event))).contains("8:interval");
  }

  private static String announcing(int torrent, int peer, String event) {
    return "/announce?info_hash=%%%02x%s&peer_id=-SK0100-%012d&port=%d&uploaded=0&downloaded=0&left=%d&event=%s"
        .formatted(
            torrent,
            "%aa".repeat(19),
            torrent * 1000 + peer,
            1000 + peer,
            "completed".equals(event) ? 0 : 1,
            event);
  }

  private static String hash(int torrent) {
    return "%02x".formatted(torrent) + "aa".repeat(19);
  }

  private static byte[] torrentFile(int n) throws IOException {
    var out = new ByteArrayOutputStream();
    String head =
        "d4:infod6:lengthi%de4:name1:a12:piece lengthi16384e6:pieces20:".formatted(16000 + n);
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[20]);
    out.write("ee".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  /** On one processor an announce waits for whoever else is running. */
  private static void assertThatThoseWhoAnswerGoFirst(long pid) throws IOException {
    Path threads = Path.of("/proc", Long.toString(pid), "task");
    if (!Files.isDirectory(threads)) {
      return;
    }
    var nice = new HashMap<String, Integer>();
    String slice = "";
    try (var each = Files.newDirectoryStream(threads)) {
      for (Path thread : each) {
        String name = Files.readString(thread.resolve("comm")).strip();
        String stat = Files.readString(thread.resolve("stat"));
        nice.put(
            name, Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]));
        if (name.equals("udp-0") && Files.isReadable(thread.resolve("sched"))) {
          slice = Files.readString(thread.resolve("sched"));
        }
      }
    }
    assertThat(nice).containsKey("udp-0");
    int second = nice.getOrDefault("udp-0", 0) + 5;
    assertThat(nice)
        .containsEntry("saver", second)
        .containsEntry("heartbeat", second)
        .containsEntry("Eclipse Seriali", second)
        .containsEntry("C1 CompilerThre", second);
    String[] version = System.getProperty("os.version").split("[.-]", -1);
    boolean slices =
        Runtime.Version.parse(version[0] + "." + version[1]).compareTo(FIRST_WITH_SLICES) >= 0;
    if (slices && slice.contains("se.slice")) {
      assertThat(slice.lines().filter(line -> line.startsWith("se.slice")))
          .allMatch(line -> line.endsWith(" 100000"));
    }
  }
}
