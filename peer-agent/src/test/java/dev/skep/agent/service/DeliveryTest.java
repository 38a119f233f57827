package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.Delivery.Stage;
import dev.skep.agent.library.TorrentRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How complete data gets to its place, and who is told. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS) // its commands are shell scripts
class DeliveryTest {
  private static final Seeded DATA = Seeded.file("disk.img", 50_000);
  private static final Seeded FOLDER = Seeded.folder("photos", 40_000);

  @TempDir private Path temp;
  private final Map<String, String> settings = new HashMap<>();
  private @Nullable TestAgent test;
  private Path place;
  private Path said;

  @BeforeEach
  void prepare() throws IOException {
    place = temp.resolve("place");
    said = temp.resolve("said");
    command("printf '%s\\n' \"$@\" >> '" + said + "'");
    settings.put(AgentKeys.ON_DONE_PAUSE.name(), "0s");
  }

  @AfterEach
  void close() throws Exception {
    if (test != null) {
      test.close();
    }
  }

  private void command(String script) throws IOException {
    Path file = temp.resolve("command.sh");
    Files.writeString(file, script + "\n");
    settings.put(AgentKeys.ON_DONE.name(), "/bin/sh '" + file + "' {path} {name} hash={infohash}");
  }

  private Agent open() throws Exception {
    test = TestAgent.open(temp.resolve("data"), settings);
    return test.agent();
  }

  private TestAgent opened() {
    return Objects.requireNonNull(test, "opened before");
  }

  /** Wants data that is complete already in the folder where it is until it is handed over. */
  private AgentTorrent add(Agent agent, Seeded data) throws IOException {
    return add(agent, data, false);
  }

  private AgentTorrent add(Agent agent, Seeded data, boolean current) throws IOException {
    Delivery delivery =
        new Delivery("a test", place, current, Instant.ofEpochSecond(5), Stage.FETCHING);
    var hash = data.metainfo().infoHash();
    data.writeTo(delivery.incoming(hash).folder());
    TorrentRecord record =
        TorrentRecord.of(hash, delivery.incoming(hash), agent.now())
            .with(r -> r.delivery = Optional.of(delivery));
    return agent.add(record, Optional.of(data.metainfo())).torrent();
  }

  private static void awaitStage(AgentTorrent torrent, Stage stage) {
    await().until(() -> torrent.record().delivery().filter(d -> d.stage() == stage).isPresent());
  }

  private AgentTorrent restarted() throws Exception {
    opened().restart();
    return opened().agent().torrents().iterator().next();
  }

  @Test
  void aFolderIsMovedWholeAndTheCommandIsToldWhereItIs() throws Exception {
    AgentTorrent torrent = add(open(), FOLDER);
    awaitStage(torrent, Stage.DONE);
    assertThat(place.resolve("photos/sub/b")).exists();
    assertThat(place.resolve(Delivery.INCOMING)).doesNotExist();
    assertThat(said)
        .hasContent(
            place.resolve("photos") + "\nphotos\nhash=" + FOLDER.metainfo().infoHash().hex());
    restarted();
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(Files.readAllLines(said)).hasSize(3);
  }

  @Test
  void whatATorrentIsCalledStaysOneArgument() throws Exception {
    Seeded hostile = Seeded.file("a b'; touch \"$HOME\" `id` {path} $(id).img", 20_000);
    AgentTorrent torrent = add(open(), hostile);
    awaitStage(torrent, Stage.DONE);
    assertThat(Files.readAllLines(said)).hasSize(3).element(1).isEqualTo(hostile.metainfo().name());
  }

  @Test
  void aNameThatWouldBeAnOptionIsNotHandedToTheCommand() throws Exception {
    settings.put(AgentKeys.ON_DONE_TRIES.name(), "1");
    AgentTorrent torrent = add(open(), Seeded.file("-rf", 20_000));
    awaitStage(torrent, Stage.PLACED);
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(said).doesNotExist();
    assertThat(place.resolve("-rf")).exists();
  }

  @Test
  void aTorrentThatIsCalledAsTheLinkIsBeforeItIsSwitchedIsNotLost() throws Exception {
    for (String name : List.of(".skep-current", ".skep-incoming", "current")) {
      Seeded hostile = Seeded.file(name, 20_000);
      AgentTorrent torrent = add(test == null ? open() : opened().agent(), hostile, true);
      awaitStage(torrent, Stage.DONE);
      String beside = name + "." + hostile.metainfo().infoHash().hex().substring(0, 8);
      assertThat(place.resolve(beside)).as(name).hasBinaryContent(hostile.bytes());
      assertThat(Files.readSymbolicLink(place.resolve("current"))).hasToString(beside);
    }
  }

  @Test
  void howeverManyWaitForACommandFewThreadsDo() throws Exception {
    command("sleep 60");
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Agent agent = open();
    List<AgentTorrent> torrents = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      torrents.add(add(agent, Seeded.file("disk" + i, 1000)));
    }
    torrents.forEach(torrent -> awaitStage(torrent, Stage.PLACED));
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    // Those of agents that are closed rest for ten seconds before they end.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(
                        thread ->
                            thread.getName().equals("skep-handover") && !before.contains(thread))
                    .hasSizeLessThanOrEqualTo(5));
  }

  @Test
  void aCommandThatFailsIsTriedAgain() throws Exception {
    Path marker = temp.resolve("marker");
    command(
        "if [ -e '"
            + marker
            + "' ]; then echo good > '"
            + said
            + "'; else touch '"
            + marker
            + "'; echo no luck; exit 3; fi");
    AgentTorrent torrent = add(open(), DATA);
    awaitStage(torrent, Stage.DONE);
    assertThat(said).hasContent("good");
  }

  @Test
  void aCommandThatFailsAsOftenAsItMayIsTriedAgainAfterARestart() throws Exception {
    settings.put(AgentKeys.ON_DONE_TRIES.name(), "2");
    command("echo once >> '" + said + "'; exit 1");
    AgentTorrent torrent = add(open(), DATA);
    awaitStage(torrent, Stage.PLACED);
    await().until(() -> Files.exists(said) && Files.readAllLines(said).size() == 2);
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(Files.readAllLines(said)).hasSize(2);
    restarted();
    await().until(() -> Files.readAllLines(said).size() == 4);
  }

  @Test
  void aCommandMaySayAsMuchAsItLikes() throws Exception {
    command(
        "i=0; while [ $i -lt 3000 ]; do echo 'one of the many lines that a copying program says';"
            + " i=$((i+1)); done; echo over >> '"
            + said
            + "'");
    AgentTorrent torrent = add(open(), DATA);
    awaitStage(torrent, Stage.DONE);
    assertThat(said).hasContent("over");
  }

  @Test
  void aCommandThatTakesTooLongIsEnded() throws Exception {
    settings.put(AgentKeys.ON_DONE_TIME.name(), "200ms");
    settings.put(AgentKeys.ON_DONE_TRIES.name(), "1");
    command("echo $$ > '" + said + "'; sleep 60");
    AgentTorrent torrent = add(open(), DATA);
    awaitStage(torrent, Stage.PLACED);
    await().until(() -> Files.exists(said) && !Files.readString(said).isBlank());
    long process = Long.parseLong(Files.readString(said).strip());
    await().until(() -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void aKillAfterTheMoveAndBeforeItIsKeptLosesNothing() throws Exception {
    settings.put(AgentKeys.START_ADDED.name(), "true");
    Agent agent = open();
    AgentTorrent torrent = add(agent, DATA);
    awaitStage(torrent, Stage.DONE);
    TorrentRecord done = torrent.record();
    Delivery fetching = done.delivery().orElseThrow().at(Stage.FETCHING);
    opened().close();
    opened()
        .changeRecord(
            DATA,
            r -> {
              r.delivery = Optional.of(fetching);
              r.place = fetching.incoming(DATA.metainfo().infoHash());
              r.movingTo = Optional.of(done.place());
            });
    AgentTorrent again = restarted();
    awaitStage(again, Stage.DONE);
    assertThat(again.record().place()).isEqualTo(done.place());
    assertThat(place.resolve("disk.img")).hasBinaryContent(DATA.bytes());
    assertThat(Files.readAllLines(said)).as("told twice rather than never").hasSize(6);
  }

  @Test
  void whoChoosesAnotherPlaceHimselfHasItThere() throws Exception {
    Agent agent = open();
    Seeded data = Seeded.file("slow.img", 50_000);
    Delivery delivery =
        new Delivery("a test", place, false, Instant.ofEpochSecond(5), Stage.FETCHING);
    var hash = data.metainfo().infoHash();
    TorrentRecord record =
        TorrentRecord.of(hash, delivery.incoming(hash), agent.now())
            .with(r -> r.delivery = Optional.of(delivery));
    AgentTorrent torrent = agent.add(record, Optional.of(data.metainfo())).torrent();
    Path chosen = temp.resolve("chosen");
    data.writeTo(chosen);
    torrent.relocate(torrent.record().place().withFolder(chosen), false);
    awaitStage(torrent, Stage.DONE);
    assertThat(Files.readAllLines(said)).first().isEqualTo(chosen.resolve("slow.img").toString());
  }

  @Test
  void nothingIsPutOverWhatIsThere() throws Exception {
    Files.createDirectories(place);
    Files.writeString(place.resolve("disk.img"), "mine");
    String other = "disk.img." + DATA.metainfo().infoHash().hex().substring(0, 8);
    AgentTorrent torrent = add(open(), DATA);
    awaitStage(torrent, Stage.DONE);
    assertThat(place.resolve("disk.img")).hasContent("mine");
    assertThat(place.resolve(other)).hasBinaryContent(DATA.bytes());
    assertThat(List.of(Files.readAllLines(said).getFirst()))
        .containsExactly(place.resolve(other).toString());
  }
}
