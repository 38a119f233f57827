package dev.skep.agent.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.Delivery.Stage;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.FollowFigures.Outcome;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.trust.SigningKey;
import dev.skep.service.settings.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What an agent makes of a catalogue, with real transfers on the loopback interface. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class FollowTest {
  private static final Seeded SITE = Seeded.file("site.tar", 150_000);
  private static final Seeded NEXT = Seeded.folder("site", 60_000);
  private static final Seeded OTHER = Seeded.file("other.img", 50_000);
  private static final long NOON = 1_800_000_000;

  @TempDir private Path temp;
  @AutoClose private TestCatalogue catalogue;
  private final Map<String, String> settings = new HashMap<>();
  private @Nullable TestAgent source;
  private @Nullable TestAgent test;
  private @Nullable Follows follows;
  private Path place;
  private Path data;

  @BeforeEach
  void open() throws Exception {
    catalogue = new TestCatalogue();
    place = temp.resolve("www");
    data = temp.resolve("data");
    settings.put(AgentKeys.FOLLOW_INTERVAL.name(), "100ms");
    follow("");
  }

  @AfterEach
  void close() throws Exception {
    stop();
    if (source != null) {
      source.close();
    }
  }

  private void follow(String options) {
    settings.put(
        AgentKeys.FOLLOW.name(),
        "%s label=web dir='%s' %s".formatted(catalogue.url(), place, options));
  }

  private Agent start() throws Exception {
    test = TestAgent.open(data, settings);
    follows = Follows.open(test.agent());
    return test.agent();
  }

  private void stop() throws Exception {
    if (follows != null) {
      follows.close();
    }
    if (test != null) {
      test.close();
    }
    follows = null;
    test = null;
  }

  /** Somebody has it, and says so to the tracker. */
  private void seed(Seeded data) throws Exception {
    if (source == null) {
      source = TestAgent.open(temp.resolve("source"));
    }
    catalogue.seed(source, data, temp.resolve("seeded"));
  }

  private void publish(Seeded data, long published) throws Exception {
    seed(data);
    catalogue.publish(data, "web", published);
  }

  private void awaitHere(Seeded data) {
    await().until(() -> isHere(data));
  }

  private boolean isHere(Seeded data) {
    return Files.exists(place.resolve(data.metainfo().name()));
  }

  private void awaitLooks(int more) {
    int until = catalogue.unchanged.get() + more;
    await().until(() -> catalogue.unchanged.get() >= until);
  }

  @Test
  void whatIsPublishedUnderTheLabelAppearsWholeAndIsServedFromThere() throws Exception {
    Agent agent = start();
    seed(OTHER);
    catalogue.publish(OTHER, "db", NOON);
    publish(SITE, NOON);
    publish(NEXT, NOON + 5);
    awaitHere(SITE);
    awaitHere(NEXT);
    assertThat(place.resolve("site.tar")).hasBinaryContent(SITE.bytes());
    assertThat(place.resolve("site/sub/b")).exists();
    assertThat(isHere(OTHER)).isFalse();
    await().until(() -> !Files.exists(place.resolve(".skep-incoming")));
    assertThat(agent.torrents())
        .allMatch(torrent -> torrent.record().place().folder().equals(place));
    assertThat(agent.followed().of(Outcome.ADDED)).isEqualTo(2);
  }

  @Test
  void anAgentThatWasDownCatchesUpAndHasNothingTwice() throws Exception {
    publish(SITE, NOON);
    start();
    awaitHere(SITE);
    stop();
    publish(NEXT, NOON + 5);
    Agent agent = start();
    awaitHere(NEXT);
    assertThat(agent.torrents()).hasSize(2);
    assertThat(agent.followed().of(Outcome.ADDED)).isEqualTo(1);
  }

  @Test
  void aCatalogueThatHasNotChangedIsNotReadAgain() throws Exception {
    publish(SITE, NOON);
    start();
    awaitHere(SITE);
    awaitLooks(1);
    int read = catalogue.read.get();
    awaitLooks(4);
    assertThat(catalogue.read).hasValue(read);
    assertThat(catalogue.kept).as("of thousands of followers each would hold one").hasValue(0);
  }

  @Test
  void whatIsCarriedNoMoreStaysUnlessItIsToBeDropped() throws Exception {
    publish(SITE, NOON);
    Agent agent = start();
    awaitHere(SITE);
    catalogue.remove(SITE);
    awaitLooks(2);
    assertThat(agent.torrents()).hasSize(1);
    stop();

    follow("drop=yes");
    Agent again = start();
    await().until(() -> again.torrents().isEmpty());
    assertThat(isHere(SITE)).isTrue();
  }

  @Test
  void whatIsDroppedWithItsDataIsGone() throws Exception {
    follow("drop=data");
    publish(SITE, NOON);
    publish(OTHER, NOON);
    Agent agent = start();
    awaitHere(SITE);
    awaitHere(OTHER);
    catalogue.remove(SITE);
    await().until(() -> !isHere(SITE));
    assertThat(agent.torrents()).hasSize(1);
    assertThat(isHere(OTHER)).isTrue();
    assertThat(temp.resolve("data/declined"))
        .as("what somebody removed here, which is not this")
        .doesNotExist();
  }

  @Test
  void whatMovesToTheFrontWhileTheCatalogueIsReadIsNotDropped() throws Exception {
    follow("drop=data");
    publish(SITE, NOON);
    publish(NEXT, NOON);
    publish(OTHER, NOON); // on a second page
    Agent agent = start();
    awaitHere(OTHER);
    awaitLooks(1);
    catalogue.whileItIsRead(() -> catalogue.publishAgain(OTHER));
    catalogue.publish(SITE, "web", NOON);
    awaitLooks(2);
    assertThat(agent.followed().of(Outcome.DROPPED)).isZero();
    assertThat(isHere(OTHER)).isTrue();
  }

  @Test
  void dataIsNotPutAmongWhatTheAgentKeeps() {
    place = temp.resolve("data/torrents");
    follow("");
    assertThatThrownBy(this::start)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("skep.agent.follow: " + place);
  }

  @Test
  void theLinkLeadsToTheNewestAndBackWhenThatIsWithdrawn() throws Exception {
    follow("drop=data current=yes");
    publish(SITE, NOON);
    start();
    Path current = place.resolve("current");
    await().until(() -> Files.exists(current));
    assertThat(current).hasBinaryContent(SITE.bytes());
    publish(NEXT, NOON + 5);
    await().until(() -> Files.isDirectory(current));
    publish(OTHER, NOON - 5);
    awaitHere(OTHER);
    awaitLooks(3);
    assertThat(Files.readSymbolicLink(current)).isEqualTo(Path.of("site"));

    catalogue.remove(NEXT);
    await().until(() -> Files.isRegularFile(current));
    assertThat(current).hasBinaryContent(SITE.bytes());
    await().until(() -> !isHere(NEXT));
  }

  @Test
  void whatTheLinkLeadsToIsNotDroppedBeforeThereIsAnother() throws Exception {
    follow("drop=data current=yes");
    publish(SITE, NOON);
    Agent agent = start();
    await().until(() -> Files.exists(place.resolve("current")));
    catalogue.remove(SITE);
    awaitLooks(3);
    assertThat(agent.torrents()).hasSize(1);
    assertThat(place.resolve("current")).hasBinaryContent(SITE.bytes());
  }

  @Test
  void whatSomebodyRemovesHereIsNotFetchedAgainUntilItIsPublishedAnew() throws Exception {
    publish(SITE, NOON);
    Agent agent = start();
    awaitHere(SITE);
    agent.remove(agent.torrents().iterator().next(), true);
    await().until(() -> !isHere(SITE));
    publish(OTHER, NOON);
    awaitHere(OTHER);
    stop();
    Agent again = start();
    awaitLooks(2);
    assertThat(again.torrents()).hasSize(1);

    catalogue.remove(SITE);
    awaitLooks(2);
    catalogue.publish(SITE, "web", NOON + 5);
    awaitHere(SITE);
  }

  @Test
  void somebodysFileIsLeftAloneAndTheTorrentAppearsBesideIt() throws Exception {
    Files.createDirectories(place);
    Files.writeString(place.resolve("site.tar"), "mine");
    publish(SITE, NOON);
    start();
    Path beside = place.resolve("site.tar." + SITE.metainfo().infoHash().hex().substring(0, 8));
    await().until(() -> Files.exists(beside));
    assertThat(beside).hasBinaryContent(SITE.bytes());
    assertThat(place.resolve("site.tar")).hasContent("mine");
  }

  @Test
  void anAgentThatLostWhatItKnewFindsWhatItHadAndFetchesNothing() throws Exception {
    follow("current=yes");
    publish(SITE, NOON);
    publish(NEXT, NOON + 5);
    start();
    awaitHere(SITE);
    awaitHere(NEXT);
    stop();
    Objects.requireNonNull(source).close();
    source = null; // nobody has it but this one
    data = temp.resolve("after the disk was lost");
    Agent agent = start();
    await()
        .until(
            () ->
                agent.torrents().size() == 2
                    && agent.torrents().stream()
                        .allMatch(t -> t.record().delivery().orElseThrow().stage() == Stage.DONE));
    assertThat(agent.torrents())
        .allMatch(torrent -> torrent.record().place().equals(Place.in(place)))
        .allMatch(torrent -> torrent.view().status().state() == State.SEEDING);
    assertThat(namesIn(place)).containsExactly("current", "site", "site.tar");
  }

  @Test
  void aFileOfTheSameNameAndLengthIsLeftAloneToo() throws Exception {
    Files.createDirectories(place);
    byte[] mine = new byte[SITE.bytes().length];
    Files.write(place.resolve("site.tar"), mine);
    publish(SITE, NOON);
    start();
    Path beside = place.resolve("site.tar." + SITE.metainfo().infoHash().hex().substring(0, 8));
    await().until(() -> Files.exists(beside));
    assertThat(beside).hasBinaryContent(SITE.bytes());
    assertThat(place.resolve("site.tar")).hasBinaryContent(mine);
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aTrackerThatIsAwayForAWhileIsAskedAgain() throws Exception {
    catalogue.down(true);
    publish(SITE, NOON);
    start();
    await().until(() -> catalogue.turnedAway.get() >= 2);
    catalogue.down(false);
    awaitHere(SITE);
  }

  @Test
  void aTrackerThatTellsOfChangesIsNotAskedInBetween() throws Exception {
    catalogue.streamEvents();
    settings.put(AgentKeys.FOLLOW_INTERVAL.name(), "1h");
    start();
    await().until(() -> catalogue.listeners.get() > 0 && catalogue.read.get() > 0);
    publish(SITE, NOON);
    awaitHere(SITE);
    publish(OTHER, NOON);
    awaitHere(OTHER);
    assertThat(catalogue.unchanged.get() + catalogue.read.get()).isLessThan(8);
  }

  @Test
  void rowsThatMakeNoSenseAreCountedAndNothingIsDroppedForThem() throws Exception {
    follow("drop=data");
    publish(SITE, NOON);
    Agent agent = start();
    awaitHere(SITE);
    catalogue.publishStrange("{\"infoHash\":7,\"name\":null}");
    catalogue.publishStrange("{\"labels\":[1]}");
    catalogue.remove(SITE);
    publish(OTHER, NOON);
    awaitHere(OTHER);
    assertThat(isHere(SITE)).isTrue();
    assertThat(agent.followed().of(Outcome.UNFIT)).isEqualTo(1);
  }

  @Test
  void aTorrentThatIsAnotherThanTheCatalogueSaysIsRefusedAndTheOthersAreFetched() throws Exception {
    publish(SITE, NOON);
    catalogue.lie(SITE, OTHER.torrent());
    publish(NEXT, NOON + 1);
    Agent agent = start();
    awaitHere(NEXT);
    assertThat(agent.torrents()).hasSize(1);
    assertThat(agent.followed().of(Outcome.UNFIT)).isEqualTo(1);
  }

  @Test
  void onlyWhatATrustedKeySignedIsFetchedAndAnOlderPublicationOfANameNeverAgain() throws Exception {
    SigningKey key = key("ours");
    SigningKey strangers = key("strangers");
    settings.put(AgentKeys.FOLLOW_TRUST.name(), temp.resolve("ours.pub").toString());
    seed(SITE);
    seed(NEXT);
    seed(OTHER);
    Seeded unsigned = Seeded.file("unsigned", 20_000);
    publish(unsigned, NOON);
    sign(SITE, "site", NOON + 5, key);
    sign(OTHER, "other", NOON, strangers);
    Agent agent = start();
    awaitHere(SITE);
    awaitLooks(2);
    assertThat(agent.torrents()).hasSize(1);

    catalogue.remove(SITE);
    sign(NEXT, "site", NOON + 4, key);
    await().until(() -> agent.followed().of(Outcome.REPLAYED) == 1);
    stop();
    Agent again = start();
    await().until(() -> again.followed().of(Outcome.REPLAYED) == 1);
    assertThat(again.followed().of(Outcome.UNSIGNED)).isEqualTo(1);
    assertThat(again.followed().of(Outcome.WRONG_SIGNATURE)).isEqualTo(1);
    assertThat(again.torrents()).hasSize(1);

    sign(NEXT, "site", NOON + 6, key);
    awaitHere(NEXT);
  }

  private void sign(Seeded data, String name, long published, SigningKey key) {
    var statement = TestCatalogue.statement(data, name, "web", published);
    catalogue.publish(data, name, "web", published, Optional.of(key.sign(statement)));
  }

  private SigningKey key(String name) throws Exception {
    Path file = temp.resolve(name);
    SigningKey.generate(file);
    return SigningKey.read(file);
  }

  @Test
  void settingsThatCannotBeUsedAreToldAtTheStart() throws Exception {
    settings.put(AgentKeys.FOLLOW_TRUST.name(), temp.resolve("none.pub").toString());
    assertThatThrownBy(this::start)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("skep.agent.follow.trust: no such file");
    stop();
    settings.put(AgentKeys.FOLLOW.name(), catalogue.url() + " label=web dir=relative");
    assertThatThrownBy(this::start)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("expected URL label=LABEL dir=FOLDER");
  }
}
