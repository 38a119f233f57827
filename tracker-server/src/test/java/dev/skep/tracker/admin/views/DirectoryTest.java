package dev.skep.tracker.admin.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.admin.views.SortedSwarms.Sort;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.catalogue.KeptInMemory;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pages of lists: what is on them while everything changes, and what they cost at most. */
class DirectoryTest {
  private static final long SEED = 20261130;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final SwarmStore swarms =
      new SwarmStore(
          new SwarmLimits(1_000_000, 100_000, 1_000_000, Duration.ofHours(1), false),
          new PeerPreference.Uniform(),
          random,
          0);
  private final Catalogue catalogue =
      new Catalogue(
          new KeptInMemory(),
          new Catalogue.Limits(1_000_000, 1000, Long.MAX_VALUE),
          InstantSource.fixed(Instant.EPOCH));
  private final AnnounceService service =
      new AnnounceService(swarms, Access.OPEN, AnnounceSettings.DEFAULT, new TrackerCounters(), 0);
  private final Directory directory =
      new Directory(swarms, catalogue, service, new SortedSwarms(swarms, () -> 0));
  private long seconds;

  @Test
  void whoPagesThroughASwarmMeetsEachPeerThatStaysOnceWhateverOthersDo() {
    for (int peer = 0; peer < 3000; peer++) {
      announce(1, peer, peer % 3 == 0, AnnounceEvent.STARTED);
    }
    Map<String, Integer> seen = new HashMap<>();
    all(
        part -> directory.peers(torrent(1), part),
        250,
        peer -> seen.merge(peer.address() + ":" + peer.port(), 1, Integer::sum),
        () -> {
          for (int i = 0; i < 300; i++) { // of these none is to be seen for certain
            int changing = 3 * random.nextInt(1000);
            boolean leaves = random.nextBoolean();
            announce(1, changing, true, leaves ? AnnounceEvent.STOPPED : AnnounceEvent.STARTED);
          }
        });
    for (int peer = 0; peer < 3000; peer++) {
      if (peer % 3 != 0) {
        assertThat(seen).as("seed %d", SEED).containsEntry(name(peer), 1);
      }
    }
    assertThat(seen.values()).allMatch(times -> times == 1);
  }

  @Test
  void whatIsLeftOutFirstIsWhatWouldHaveComeFirst() {
    for (int peer = 0; peer < 1300; peer++) {
      announce(1, peer, peer % 3 == 0, AnnounceEvent.STARTED);
    }
    List<PeerInfo> all = rows(directory.peers(torrent(1), PagePart.first(1300)));
    assertThat(all).hasSize(1300);
    for (int skip : new int[] {1, 199, 200, 201, 700, 1299}) {
      var part = new PagePart(Optional.empty(), skip, 500);
      assertThat(rows(directory.peers(torrent(1), part)))
          .isEqualTo(all.subList(skip, Math.min(1300, skip + 500)));
    }
  }

  @Test
  void whoPagesThroughAllPeersMeetsEachOnce() {
    int[] sizes = {1, 700, 3, 0, 250, 250, 200, 1};
    for (int torrent = 0; torrent < sizes.length; torrent++) {
      for (int peer = 0; peer < sizes[torrent]; peer++) {
        announce(torrent, peer, true, AnnounceEvent.STARTED);
      }
    }
    renew();
    for (int limit : new int[] {1, 7, 200, 250, 1000}) {
      List<String> seen = new ArrayList<>();
      all(
          part -> directory.peers(part, Sight.EVERYTHING),
          limit,
          peer -> seen.add(peer.infoHash() + peer.address()),
          () -> {});
      assertThat(seen).as("pages of " + limit).hasSize(1405).doesNotHaveDuplicates();
    }
    for (int skip : new int[] {0, 1, 699, 700, 701, 1404, 1405, 10_000}) {
      var part = new PagePart(Optional.empty(), skip, 1000);
      assertThat(rows(directory.peers(part, Sight.EVERYTHING)))
          .hasSize(Math.clamp(1405 - skip, 0, 1000));
    }
    Sight onlyOne = new Sight(torrent(4)::equals, torrent(4)::equals, false, "");
    assertThat(rows(directory.peers(PagePart.first(1000), onlyOne))).hasSize(250);
  }

  @Test
  void whoPagesThroughTorrentsMeetsEachThatStaysAsItIsOnce() {
    for (int torrent = 0; torrent < 2000; torrent++) {
      announce(torrent, 1, true, AnnounceEvent.STARTED);
      if (torrent % 4 == 0) {
        announce(torrent, 2, true, AnnounceEvent.STARTED);
      }
    }
    renew();
    Map<String, Integer> seen = new HashMap<>();
    all(
        part -> directory.torrents(Sort.PEERS, part, Sight.EVERYTHING),
        90,
        torrent -> seen.merge(torrent.infoHash(), 1, Integer::sum),
        () -> {
          for (int i = 0; i < 50; i++) {
            int changing = 2 * random.nextInt(1000);
            boolean leaves = random.nextBoolean();
            announce(changing, 9, true, leaves ? AnnounceEvent.STOPPED : AnnounceEvent.STARTED);
          }
          renew();
        });
    for (int torrent = 1; torrent < 2000; torrent += 2) {
      assertThat(seen).as("seed %d", SEED).containsEntry(torrent(torrent).hex(), 1);
    }
  }

  @Test
  void aSearchLooksAtSoManyNamesAndSaysWhereToGoOn() {
    int many = 2 * Directory.MOST_LOOKED_AT + 500;
    catalogue.restore(
        IntStream.range(0, many)
            .mapToObj(i -> registered(i, "%06d %s".formatted(i, i == many - 1 ? "Last" : "x")))
            .toList(),
        CatalogueHistory.of(1));
    Optional<String> after = Optional.empty();
    List<Integer> found = new ArrayList<>();
    do {
      Listing<ListedTorrent> page =
          named("LAST", false, new PagePart(after, 0, 100), Sight.EVERYTHING);
      found.add(rows(page).size());
      after = page.next().get();
    } while (after.isPresent());
    assertThat(found).containsExactly(0, 0, 1);
    String last = "%06d Last".formatted(many - 1);
    assertThat(rows(named(last, true, PagePart.first(100), Sight.EVERYTHING))).hasSize(1);
    assertThat(rows(named("last", true, PagePart.first(100), Sight.EVERYTHING))).isEmpty();

    Listing<ListedTorrent> page = named("x", false, PagePart.first(100), Sight.NOTHING);
    assertThat(rows(page)).isEmpty();
    assertThat(page.next().get()).isPresent();
    assertThat(page.total()).isEmpty();
  }

  private Listing<ListedTorrent> named(String name, boolean exact, PagePart part, Sight sight) {
    CatalogueSearch all = CatalogueSearch.ALL;
    var search =
        new CatalogueSearch(
            Optional.of(name),
            exact,
            all.labels(),
            all.infoHash(),
            all.minBytes(),
            all.maxBytes(),
            all.since(),
            all.until());
    return directory.registered(search, CatalogueSearch.Order.NAME, part, sight);
  }

  /** An endless list would never begin to be written if it were made as a whole. */
  @Test
  void aListIsWrittenWhileItIsMade() {
    Listing.Row row = (JsonGenerator out) -> out.write("name", "n".repeat(100));
    var endless =
        new Listing<>(
            OptionalLong.empty(),
            new Iterator<Listing.Row>() {
              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public Listing.Row next() {
                return row;
              }
            },
            Optional::empty);
    var patience =
        new OutputStream() {
          private int left = 100_000;

          @Override
          public void write(int b) throws IOException {
            if (--left < 0) {
              throw new IOException("enough");
            }
          }
        };
    assertThatThrownBy(() -> endless.write("rows", patience)).hasRootCauseMessage("enough");
  }

  /** Asks for page after page and lets everything change between them. */
  private static <T extends Listing.Row> void all(
      Function<PagePart, Listing<T>> list,
      int limit,
      java.util.function.Consumer<T> each,
      Runnable between) {
    Optional<String> after = Optional.empty();
    do {
      Listing<T> page = list.apply(new PagePart(after, 0, limit));
      List<T> rows = rows(page);
      assertThat(rows).hasSizeLessThanOrEqualTo(limit);
      rows.forEach(each);
      after = page.next().get();
      between.run();
    } while (after.isPresent());
  }

  private static <T extends Listing.Row> List<T> rows(Listing<T> page) {
    List<T> rows = new ArrayList<>();
    page.rows().forEachRemaining(rows::add);
    return rows;
  }

  /** Lists are up to a second old. */
  private void renew() {
    swarms.advance(TimeUnit.SECONDS.toNanos(++seconds));
  }

  private void announce(int torrent, int peer, boolean ipv4, AnnounceEvent event) {
    Announce said = new Announce();
    said.torrent(torrent(torrent));
    said.by(new PeerId(1, 2, peer));
    said.from(
        ipv4 ? IpAddress.ofIpv4(0x0a000000 + peer) : new IpAddress(0x2001_0db8L << 32, peer), 7000);
    said.event = event;
    said.leftBytes = random.nextInt(2);
    service.announce(said, "");
  }

  private static String name(int peer) {
    return new IpAddress(0x2001_0db8L << 32, peer) + ":7000";
  }

  private static InfoHash torrent(int n) {
    return new InfoHash(n, 2, 3);
  }

  private static RegisteredTorrent registered(int n, String name) {
    return new RegisteredTorrent(
        torrent(n),
        Optional.empty(),
        name,
        1,
        1,
        1,
        1,
        Instant.EPOCH,
        Publication.at(Instant.EPOCH),
        n);
  }
}
