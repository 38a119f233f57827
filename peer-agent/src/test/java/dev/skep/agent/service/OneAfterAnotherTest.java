package dev.skep.agent.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.FileWish;
import dev.skep.agent.library.Goals;
import dev.skep.agent.library.Library;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.TransferStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked of a torrent while something goes on with its data: as if that had been done
 * before. Its tracker takes its time to hear a goodbye, and so does all that ends its transfer.
 */
@Timeout(60)
class OneAfterAnotherTest {
  private static final Duration GOODBYE = Duration.ofMillis(500);

  @TempDir private Path temp;
  private final CountDownLatch closed = new CountDownLatch(1);
  private HttpServer tracker;
  private Seeded data;
  private Path downloads;
  private Path elsewhere;
  private TestAgent test;

  @BeforeEach
  void open() throws Exception {
    tracker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tracker.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    tracker.createContext("/", this::announced);
    tracker.start();
    String url = "http://127.0.0.1:" + tracker.getAddress().getPort() + "/announce";
    data = Seeded.file("disk.img", 100_000).trackedBy(List.of(url));
    downloads = temp.resolve("downloads");
    elsewhere = temp.resolve("elsewhere");
    test = TestAgent.open(temp.resolve("data"));
  }

  private void announced(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getQuery().contains("stopped")) {
        var _ = closed.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
      }
      byte[] nobody = "d8:intervali1800e5:peers0:e".getBytes(ISO_8859_1);
      exchange.sendResponseHeaders(200, nobody.length);
      exchange.getResponseBody().write(nobody);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() throws Exception {
    closed.countDown();
    test.close();
    tracker.stop(0);
  }

  /** It was there before, and is verified and announced. */
  private AgentTorrent seeded() throws IOException {
    data.writeTo(downloads);
    AgentTorrent torrent = add();
    awaitAnnounced(torrent);
    return torrent;
  }

  /** Only then a goodbye is said. */
  private static void awaitAnnounced(AgentTorrent torrent) {
    await().until(() -> torrent.view().status().state() == State.SEEDING);
    await()
        .until(
            () ->
                torrent.view().status().trackers().stream()
                    .anyMatch(tracker -> tracker.announcedAt().isPresent()));
  }

  private AgentTorrent add() throws IOException {
    TorrentRecord record =
        TorrentRecord.of(data.metainfo().infoHash(), Place.in(downloads), test.agent().now());
    return test.agent().add(record, Optional.of(data.metainfo())).torrent();
  }

  private static void move(AgentTorrent torrent, Path to) throws IOException {
    torrent.relocate(torrent.record().place().withFolder(to), true);
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("data/torrents"))) {
      return files.toList();
    }
  }

  @Test
  void whatIsRemovedWhileItIsMovedLiesWhereItWasToLieAsSoonAsItIsRemoved() throws Exception {
    AgentTorrent torrent = seeded();
    move(torrent, elsewhere);
    test.agent().remove(torrent, false);
    assertThat(elsewhere.resolve("disk.img")).exists();
    assertThat(downloads.resolve("disk.img")).doesNotExist();
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatIsRemovedWithItsDataWhileItIsMovedIsGoneFromBothPlaces() throws Exception {
    AgentTorrent torrent = seeded();
    move(torrent, elsewhere);
    test.agent().remove(torrent, true);
    await().until(() -> kept().isEmpty());
    assertThat(elsewhere.resolve("disk.img")).doesNotExist();
    assertThat(downloads.resolve("disk.img")).doesNotExist();
  }

  @Test
  void whatIsRemovedWithItsDataBeforeAnybodyLookedAtThatIsLookedAtAndDeleted() throws Exception {
    Path file = data.writeTo(downloads);
    test.agent().remove(add(), true);
    await().until(() -> kept().isEmpty());
    assertThat(file).doesNotExist();
  }

  @Test
  void whatWasToBeDeletedWhenTheAgentWasKilledIsDeletedAtTheNextStart() throws Exception {
    AgentTorrent torrent = seeded();
    test.close();
    test.changeRecord(data, r -> r.leaving = true); // as a kill leaves it

    test.restart();

    assertThat(test.agent().torrent(torrent.infoHash())).isEmpty();
    await().until(() -> kept().isEmpty());
    assertThat(downloads.resolve("disk.img")).doesNotExist();
  }

  @Test
  void whatIsAddedAgainWhileItsDataIsDeletedBeginsAnewAndIsKept() throws Exception {
    AgentTorrent torrent = seeded();
    test.agent().remove(torrent, true);
    AgentTorrent again = add();
    assertThat(again).isNotSameAs(torrent);
    await().until(() -> again.view().status().state() == State.DOWNLOADING);
    assertThat(again.view().missingBytes()).isEqualTo(100_000);
    test.restart();
    assertThat(test.agent().torrent(data.metainfo().infoHash())).isPresent();
  }

  @Test
  void whoeverWouldHaveToWaitLongIsRefusedInWords() throws Exception {
    test.close();
    test = TestAgent.open(temp.resolve("data"), new LongestWait(Duration.ofMillis(20)));
    AgentTorrent torrent = seeded();
    move(torrent, elsewhere);
    assertThatThrownBy(() -> test.agent().remove(torrent, false))
        .isInstanceOf(IOException.class)
        .hasMessage("disk.img is being moved; remove it when that is done");
    assertThatThrownBy(() -> torrent.relocate(Place.in(downloads), false))
        .isInstanceOf(IOException.class)
        .hasMessage("disk.img is being moved; say where it is when that is done");
    assertThat(test.agent().torrents()).containsExactly(torrent);

    torrent.moving().get(10, TimeUnit.SECONDS);
    awaitAnnounced(torrent);
    test.agent().remove(torrent, true);
    assertThatThrownBy(this::add)
        .isInstanceOf(IOException.class)
        .hasMessage("disk.img is being deleted with its data; add it when that is done");
    await().until(() -> kept().isEmpty());
    assertThat(add().view().record().paused()).isFalse();
  }

  @Test
  void whatIsChangedAtTheMomentItBeginsHolds() throws Exception {
    Seeded folder = Seeded.folder("photos", 100_000);
    // It is changed when it has read what is wanted, and asks for a session.
    var made = new CompletableFuture<AgentTorrent>();
    Surroundings around =
        new Changing(
            () ->
                made.join().change(r -> r.files = List.of(FileWish.NORMAL, FileWish.SKIP_NORMAL)));
    TorrentRecord record =
        TorrentRecord.of(folder.metainfo().infoHash(), Place.in(downloads), test.agent().now())
            .with(r -> r.files = List.of(FileWish.NORMAL, FileWish.NORMAL));
    var torrent =
        new AgentTorrent(
            around,
            1,
            record,
            Optional.of(folder.metainfo()),
            CompletableFuture.completedFuture(null));
    made.complete(torrent);
    torrent.begin();
    await().until(() -> torrent.view().status().state() == State.DOWNLOADING);
    await().untilAsserted(() -> assertThat(torrent.view().missingBytes()).isLessThan(120_000));
    torrent.leave(false).get(5, TimeUnit.SECONDS);
  }

  /** Those of an agent, in which something happens once between two steps of a beginning. */
  private final class Changing implements Surroundings {
    private final Change change;
    private final AtomicBoolean changed = new AtomicBoolean();

    private interface Change {
      void run() throws IOException;
    }

    Changing(Change change) {
      this.change = change;
    }

    @Override
    public Session session() {
      try {
        if (!changed.getAndSet(true)) {
          change.run();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return test.agent().session();
    }

    @Override
    public Library library() {
      return test.agent().library();
    }

    @Override
    public Defaults defaults() {
      return new Defaults(Goals.NONE, false, false);
    }

    @Override
    public LabelRates rates() {
      return new LabelRates();
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public DiskJobs disk() {
      return new DiskJobs();
    }

    @Override
    public LongestWait patience() {
      return LongestWait.OF_CALLERS;
    }

    @Override
    public boolean isPaused() {
      return false;
    }

    @Override
    public void moved(Totals totals) {}

    @Override
    public boolean isClosing() {
      return false;
    }
  }

  @Test
  void whoChoosesAPlaceWhileItIsHandedOverHasItThere() throws Exception {
    data.writeTo(downloads);
    AgentTorrent torrent = add();
    await().until(() -> torrent.view().status().state() == State.SEEDING);
    Path site = temp.resolve("site");
    var delivery = new Delivery("a follow", site, false, Instant.EPOCH, Delivery.Stage.PLACED);
    torrent.change(r -> r.delivery = Optional.of(delivery));
    move(torrent, elsewhere);
    torrent.handOver(delivery, Place.in(site));
    await().until(() -> torrent.record().movingTo().isEmpty());
    assertThat(torrent.record().place().folder()).isEqualTo(elsewhere);
    assertThat(elsewhere.resolve("disk.img")).exists();
    assertThat(site).doesNotExist();
  }
}
