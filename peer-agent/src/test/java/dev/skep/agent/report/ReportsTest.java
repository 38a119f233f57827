package dev.skep.agent.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.follow.Follows;
import dev.skep.agent.follow.TestCatalogue;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TestTracker;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HostReport.State;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.service.settings.BadSettingException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What trackers hear of an agent, with real transfers on the loopback interface. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS) // its command is a shell script
class ReportsTest {
  private static final Seeded PLAIN = Seeded.file("site.tar", 150_000);
  private static final long NOON = 1_800_000_000;

  @TempDir private Path temp;
  @AutoClose private TestCatalogue catalogue;
  @AutoClose private TestTracker other;
  private final Map<String, String> settings = new HashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Seeded data;
  private Path place;
  private @Nullable TestAgent source;

  @BeforeEach
  void prepare() throws Exception {
    catalogue = new TestCatalogue();
    other = new TestTracker();
    data = PLAIN.trackedBy(List.of(other.url()));
    place = temp.resolve("our files/www");
    settings.put(AgentKeys.NAME.name(), "web-1");
    settings.put(AgentKeys.FOLLOW_INTERVAL.name(), "100ms");
    settings.put(
        AgentKeys.FOLLOW.name(), "%s label=web dir='%s'".formatted(catalogue.url(), place));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    if (source != null) {
      source.close();
    }
  }

  private Agent start() throws Exception {
    TestAgent test = TestAgent.open(temp.resolve("data"), settings);
    open.add(test);
    open.add(Reports.open(test.agent()));
    open.add(Follows.open(test.agent()));
    return test.agent();
  }

  /** Somebody has it, and says so to its trackers. */
  private void publish() throws Exception {
    source = TestAgent.open(temp.resolve("source"));
    add(source.agent(), temp.resolve("seeded"), List.of(catalogue.tracker().url(), other.url()));
    catalogue.publish(data, "web", NOON);
  }

  private void add(Agent agent, Path folder, List<String> trackers) throws Exception {
    data.writeTo(folder);
    TorrentRecord record =
        TorrentRecord.of(data.metainfo().infoHash(), Place.in(folder), agent.now())
            .with(r -> r.trackers = trackers.stream().map(List::of).toList());
    agent.add(record, Optional.of(data.metainfo()));
  }

  private List<HostReport> heard() {
    return catalogue.tracker().queries().stream().flatMap(ReportsTest::report).toList();
  }

  private static Stream<HostReport> report(String query) {
    try {
      return HostReport.in(query).stream();
    } catch (TrackerProtocolException e) {
      throw new AssertionError(query, e);
    }
  }

  private HostReport awaitHeard(State state) {
    await().until(() -> heard().stream().anyMatch(report -> report.state() == state));
    return heard().stream().filter(report -> report.state() == state).findFirst().orElseThrow();
  }

  private void assertThatNobodyElseHears() {
    assertThat(other.queries()).isNotEmpty().noneMatch(query -> query.contains("skep"));
  }

  @Test
  void theTrackerThatIsFollowedHearsOfItAndNoOtherOfTheTorrent() throws Exception {
    catalogue.tracker().refuse(true); // so that the torrent's other tracker is asked too
    settings.put(AgentKeys.LABELS.name(), "eu, row-7");
    publish();
    start();
    await().until(() -> other.queries().size() > 1);
    catalogue.tracker().refuse(false);

    HostReport last = awaitHeard(State.HOOKED);
    assertThat(last.host().name()).isEqualTo("web-1");
    assertThat(last.host().labels()).containsExactly("eu", "row-7", "web");
    assertThat(last.reason()).isEmpty();
    assertThat(place.resolve("site.tar")).hasBinaryContent(data.bytes());
    assertThatNobodyElseHears();
    String query = catalogue.tracker().queries().getLast();
    assertThat(query).contains("&numwant=0", "&left=0");
  }

  @Test
  void whoFollowsIsKnownBeforeThereIsAnythingAndUnderTheSameSecretAfterwards() throws Exception {
    start();
    String known = "skep_host=web-1&skep_id=[0-9a-f]{32}&skep_labels=web";
    await()
        .untilAsserted(
            () ->
                assertThat(catalogue.asked())
                    .anyMatch(query -> query.matches("limit=[0-9]+&label=web&" + known)) // a look
                    .anyMatch(query -> query.matches(known))); // for events
    Path secret = temp.resolve("data/host.id");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    close();
    open.clear();
    int before = catalogue.asked().size();
    start();
    await().until(() -> catalogue.asked().size() > before);
    assertThat(catalogue.asked().getLast()).contains("skep_id=" + Files.readString(secret));
  }

  @Test
  void whatIsFetchedIsToldPieceByPiece() throws Exception {
    int pieces = data.metainfo().layout().pieceCount();
    Files.createDirectories(place);
    catalogue.publish(data, "web", NOON); // nobody has it
    start();
    HostReport nothing = awaitHeard(State.FETCHING);
    assertThat(nothing.held().orElseThrow().fits(0)).as("none of it is here").isTrue();
    assertThat(nothing.held().orElseThrow().fits(pieces)).isTrue();
  }

  @Test
  void aCommandThatFailsIsToldOfWhatIsThere() throws Exception {
    settings.put(AgentKeys.ON_DONE.name(), "/bin/sh -c 'exit 3'");
    settings.put(AgentKeys.ON_DONE_TRIES.name(), "1");
    publish();
    start();
    awaitHeard(State.VERIFIED);
    await()
        .until(
            () ->
                heard().getLast().reason().equals(Optional.of("on.done: it ended with status 3")));
    assertThat(heard().getLast().state()).isEqualTo(State.VERIFIED);
  }

  @Test
  void aPlaceThatCannotBeUsedIsToldWithoutWhereItIs() throws Exception {
    Files.createDirectories(place.getParent());
    Files.writeString(place, "no folder");
    publish();
    start();
    HostReport report = awaitHeard(State.FAILED);
    assertThat(report.reason().orElse(""))
        .endsWith("Not a directory")
        .doesNotContain("files")
        .doesNotContain(temp.toString());
    String said =
        catalogue.tracker().queries().stream()
            .filter(query -> query.contains("skep_state=failed"))
            .findFirst()
            .orElseThrow();
    assertThat(said).contains("event=stopped"); // nobody may come to fetch it here
    assertThat(URLDecoder.decode(said, UTF_8)).doesNotContain(temp.toString());
  }

  @Test
  void ofATorrentThatSomebodyAddedOnlyATrackerHearsThatIsNamed() throws Exception {
    settings.put(AgentKeys.REPORTS.name(), catalogue.url());
    settings.remove(AgentKeys.FOLLOW.name());
    add(start(), temp.resolve("added"), List.of(catalogue.tracker().url(), other.url()));
    awaitHeard(State.HOOKED);
    assertThat(heard()).allMatch(report -> report.host().labels().isEmpty());
  }

  @Test
  void ofATorrentThatSomebodyAddedATrackerThatIsFollowedHearsNothing() throws Exception {
    add(start(), temp.resolve("added"), List.of(catalogue.tracker().url()));
    await().until(() -> !catalogue.tracker().queries().isEmpty());
    await().until(() -> catalogue.asked().size() > 10);
    assertThat(heard()).isEmpty();
  }

  @Test
  void reportsThatFailTogetherAreTriedAgainAsSoonAsOneWouldBe() throws Exception {
    settings.put(AgentKeys.REPORTS.name(), catalogue.url());
    settings.remove(AgentKeys.FOLLOW.name());
    TestAgent test = TestAgent.open(temp.resolve("data"), settings);
    open.add(test);
    for (int i = 0; i < 4; i++) {
      data = Seeded.file("site-" + i, 20_000).trackedBy(List.of(other.url()));
      add(test.agent(), temp.resolve("added"), List.of(catalogue.tracker().url()));
    }
    await().until(() -> test.agent().torrents().stream().allMatch(t -> t.view().isComplete()));
    catalogue.tracker().refuse(true);
    open.add(Reports.open(test.agent()));
    await().until(() -> heard().size() == 4);
    await().atMost(Duration.ofSeconds(8)).until(() -> heard().size() > 4);
  }

  @Test
  void whoIsNoTrackerIsToldAtTheStart() {
    settings.put(AgentKeys.REPORTS.name(), "udp://tracker.lan:6969");
    assertThatThrownBy(this::start)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("skep.agent.reports: 'udp://tracker.lan:6969' is no tracker's URL");
  }
}
