package dev.skep.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.service.settings.BadSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WatchFoldersTest {
  private static final Seeded DATA = Seeded.file("disk.img", 50_000);

  @TempDir private Path temp;
  private final Map<String, String> settings = new HashMap<>();
  private Path inbox;
  private Path place;
  private TestAgent test;
  private WatchFolders watched;

  @BeforeEach
  void open() throws Exception {
    inbox = Files.createDirectories(temp.resolve("in box"));
    place = temp.resolve("place");
    settings.put(AgentKeys.WATCH_INTERVAL.name(), "100ms");
    settings.put(AgentKeys.WATCH.name(), "'%s' dir='%s' label=web,stable".formatted(inbox, place));
    test = TestAgent.open(temp.resolve("data"), settings);
    watched = WatchFolders.open(test.agent());
  }

  @AfterEach
  void close() throws Exception {
    watched.close();
    test.close();
  }

  private Agent agent() {
    return test.agent();
  }

  private void put(String name, byte[] bytes) throws Exception {
    Files.write(inbox.resolve(name), bytes);
  }

  private void await(String name) {
    Awaitility.await().until(() -> Files.exists(inbox.resolve(name)));
  }

  @Test
  void aTorrentFileIsAddedWithItsLabelsAndCalledAdded() throws Exception {
    put("a.torrent", DATA.torrent());
    await("a.torrent.added");
    AgentTorrent torrent = agent().torrents().iterator().next();
    assertThat(torrent.record().labels()).containsExactly("web", "stable");
    Delivery delivery = torrent.record().delivery().orElseThrow();
    assertThat(delivery.folder()).isEqualTo(place);
    assertThat(inbox.resolve("a.torrent")).doesNotExist();
  }

  @Test
  void whatIsCompleteAppearsAtThePlace() throws Exception {
    DATA.writeTo(place.resolve(".skep-incoming/" + DATA.metainfo().infoHash().hex()));
    put("a.torrent", DATA.torrent());
    Awaitility.await().until(() -> Files.exists(place.resolve("disk.img")));
  }

  @Test
  void aMagnetLinkIsAdded() throws Exception {
    put("a.magnet", ("\n" + Magnet.of(DATA.metainfo().infoHash()) + "\n").getBytes(UTF_8));
    await("a.magnet.added");
    assertThat(agent().torrent(DATA.metainfo().infoHash())).isPresent();
  }

  @Test
  void aFileThatIsStillWrittenWaits() throws Exception {
    byte[] whole = DATA.torrent();
    put("a.torrent", new byte[0]);
    for (int length = 1; length < 10; length++) {
      put("a.torrent", Arrays.copyOf(whole, length));
      Thread.sleep(50); // as somebody who writes slowly, and never twice between two looks
    }
    assertThat(inbox.resolve("a.torrent.bad")).doesNotExist();
    put("a.torrent", whole);
    await("a.torrent.added");
  }

  @Test
  void whatIsNoTorrentIsCalledBadAndNothingIsOverwritten() throws Exception {
    put("a.torrent.bad", new byte[] {1});
    put("a.torrent", "hello".getBytes(UTF_8));
    put("b.magnet", "http://example.org".getBytes(UTF_8));
    await("a.torrent.1.bad");
    await("b.magnet.bad");
    assertThat(inbox.resolve("a.torrent.bad")).hasBinaryContent(new byte[] {1});
    assertThat(agent().torrents()).isEmpty();
  }

  @Test
  void otherFilesAndThoseThatBeginWithADotAreLeftAlone() throws Exception {
    put(".a.torrent", DATA.torrent());
    put("a.torrent.part", DATA.torrent());
    Files.createDirectories(inbox.resolve("folder.torrent"));
    put("b.torrent", Seeded.file("other", 20_000).torrent());
    await("b.torrent.added");
    assertThat(inbox.resolve(".a.torrent")).exists();
    assertThat(inbox.resolve("a.torrent.part")).exists();
    assertThat(agent().torrents()).hasSize(1);
  }

  @Test
  void aFolderThatIsAwayForAWhileIsLookedIntoAgain() throws Exception {
    Path away = Files.move(inbox, temp.resolve("away"));
    Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    Files.move(away, inbox);
    put("a.torrent", DATA.torrent());
    await("a.torrent.added");
  }

  @Test
  void dataIsNotPutAmongWhatTheAgentKeeps() {
    settings.put(
        AgentKeys.WATCH.name(), "'%s' dir='%s'".formatted(inbox, temp.resolve("data/torrents")));
    assertThatThrownBy(
            () -> {
              test.close();
              test = TestAgent.open(temp.resolve("data"), settings);
              watched = WatchFolders.open(test.agent());
            })
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("skep.agent.watch");
  }
}
