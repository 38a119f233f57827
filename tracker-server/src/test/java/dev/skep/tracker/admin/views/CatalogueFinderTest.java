package dev.skep.tracker.admin.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.admin.views.CatalogueSearch.Order;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.catalogue.KeptInMemory;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is found in the catalogue, in which order, in pages of any size. */
class CatalogueFinderTest {
  private static final long BEGAN = 1_700_000_000;

  private final Catalogue catalogue =
      new Catalogue(new KeptInMemory(), new Catalogue.Limits(1, 1, 1), InstantSource.system());
  private final CatalogueFinder finder = new CatalogueFinder(catalogue);

  CatalogueFinderTest() {
    var torrents = new ArrayList<RegisteredTorrent>();
    for (int n = 0; n < 100; n++) {
      List<String> labels =
          n % 10 == 0 ? List.of("web", "tenth") : n % 2 == 0 ? List.of("web") : List.of();
      torrents.add(
          new RegisteredTorrent(
              hash(n),
              n == 7 ? Optional.of(hash(1007)) : Optional.empty(),
              "Name " + n % 5,
              n * 1000L,
              1,
              1,
              1,
              Instant.EPOCH,
              // Two of each second.
              new Publication(labels, Instant.ofEpochSecond(BEGAN + n / 2), Optional.empty()),
              n + 1));
    }
    catalogue.restore(torrents, CatalogueHistory.of(1));
  }

  private static InfoHash hash(int n) {
    return new InfoHash(n, 2, 3);
  }

  private static Search search() {
    return new Search(CatalogueSearch.ALL);
  }

  /** One thing after the other that is looked for. */
  private record Search(CatalogueSearch it) {
    Search label(String... labels) {
      return with(it.name(), it.exact(), List.of(labels), it.infoHash(), it.since(), it.until());
    }

    Search name(String text, boolean exact) {
      return with(Optional.of(text), exact, it.labels(), it.infoHash(), it.since(), it.until());
    }

    Search of(InfoHash hash) {
      return with(it.name(), it.exact(), it.labels(), Optional.of(hash), it.since(), it.until());
    }

    Search between(long since, long until) {
      return with(
          it.name(),
          it.exact(),
          it.labels(),
          it.infoHash(),
          Instant.ofEpochSecond(BEGAN + since),
          Instant.ofEpochSecond(BEGAN + until));
    }

    Search bytes(long min, long max) {
      return new Search(
          new CatalogueSearch(
              it.name(), it.exact(), it.labels(), it.infoHash(), min, max, it.since(), it.until()));
    }

    private Search with(
        Optional<String> name,
        boolean exact,
        List<String> labels,
        Optional<InfoHash> hash,
        Instant since,
        Instant until) {
      return new Search(
          new CatalogueSearch(
              name, exact, labels, hash, it.minBytes(), it.maxBytes(), since, until));
    }
  }

  /** The numbers of all that are found, page by page. */
  private List<Integer> found(Search search, Order order, int limit) {
    var found = new ArrayList<Integer>();
    Optional<String> after = Optional.empty();
    do {
      Listing<CatalogueRow> page =
          finder.find(
              search.it(),
              order,
              new PagePart(after, 0, limit),
              Sight.EVERYTHING,
              CatalogueRow::of);
      int before = found.size();
      page.rows().forEachRemaining(row -> found.add((int) InfoHash.fromHex(row.infoHash()).high()));
      assertThat(found.size() - before).isLessThanOrEqualTo(limit);
      after = page.next().get();
    } while (after.isPresent());
    return found;
  }

  private List<Integer> found(Search search) {
    List<Integer> found = found(search, Order.NEWEST, 1000);
    for (int limit : new int[] {1, 3, 7}) {
      assertThat(found(search, Order.NEWEST, limit)).as("pages of %d", limit).isEqualTo(found);
    }
    return found;
  }

  @Test
  void everythingIsFoundTheLastFirst() {
    assertThat(found(search())).hasSize(100).startsWith(98, 99, 96, 97).endsWith(0, 1);
  }

  @Test
  void byNameThoseOfOneNameAreBesideOneAnotherTheLastFirst() {
    List<Integer> found = found(search(), Order.NAME, 7);
    assertThat(found).hasSize(100).startsWith(95, 90, 85).endsWith(9, 4);
    assertThat(found(search(), Order.NAME, 1000)).isEqualTo(found);
  }

  @Test
  void allThatIsLookedForMustHold() {
    assertThat(found(search().label("tenth"))).startsWith(90, 80, 70).hasSize(10);
    assertThat(found(search().label("web", "tenth"))).hasSize(10);
    assertThat(found(search().label("none"))).isEmpty();
    assertThat(found(search().label("web", "none"))).isEmpty();
    assertThat(found(search().label("tenth").bytes(20_000, 40_000))).containsExactly(40, 30, 20);
    assertThat(found(search().between(10, 11))).containsExactly(22, 23, 20, 21);
    assertThat(found(search().label("web").between(10, 11))).containsExactly(22, 20);
    assertThat(found(search().name("NAME 3", false).between(0, 4))).containsExactly(8, 3);
    assertThat(found(search().name("Name 3", true).label("web"))).startsWith(98, 88).hasSize(10);
    assertThat(found(search().name("name 3", true))).isEmpty();
    assertThat(found(search().name("ame", false))).hasSize(100);
  }

  @Test
  void eitherInfoHashOfAHybridIsFound() {
    assertThat(found(search().of(hash(7)))).containsExactly(7);
    assertThat(found(search().of(hash(5)).label("web"))).isEmpty();
    assertThat(found(search().of(hash(99_999)))).isEmpty();
  }

  @Test
  void whatMayNotBeSeenIsNotFound() {
    var sight = new Sight(_ -> false, hash(3)::equals, false, "x");
    Listing<CatalogueRow> page =
        finder.find(CatalogueSearch.ALL, Order.NEWEST, PagePart.first(10), sight, CatalogueRow::of);
    assertThat(page.rows()).toIterable().hasSize(1);
  }

  @Test
  void aCursorOfAnotherOrderIsRefused() {
    String cursor =
        finder
            .find(
                CatalogueSearch.ALL,
                Order.NAME,
                PagePart.first(1),
                Sight.EVERYTHING,
                CatalogueRow::of)
            .next()
            .get()
            .orElseThrow();
    for (String foreign :
        List.of(
            cursor, "abc", Cursor.of("NEWEST", "a", "x", "00".repeat(20)), Cursor.of("NEWEST"))) {
      assertThatThrownBy(
              () ->
                  finder.find(
                      CatalogueSearch.ALL,
                      Order.NEWEST,
                      new PagePart(Optional.of(foreign), 0, 1),
                      Sight.EVERYTHING,
                      CatalogueRow::of))
          .isInstanceOf(ForeignCursorException.class);
    }
  }
}
