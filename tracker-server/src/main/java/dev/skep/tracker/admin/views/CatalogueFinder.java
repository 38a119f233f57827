package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.admin.views.CatalogueSearch.Order;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.RegisteredTorrent.NamedPlace;
import dev.skep.tracker.catalogue.RegisteredTorrent.Place;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Finds registered torrents, a page at a time. A page begins behind the torrent that ended the one
 * before, whatever has changed meanwhile, and looks at a bounded number of torrents.
 */
public final class CatalogueFinder {
  private static final int PLACE_WORDS = 4;
  private static final InfoHash LAST_HASH = InfoHash.fromHex("ff".repeat(InfoHash.BYTES));

  /** Before all of a name. */
  private static final Place FIRST = new Place(Instant.MAX, new InfoHash(0, 0, 0));

  private final Catalogue catalogue;

  public CatalogueFinder(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * One page of what may be seen and is looked for.
   *
   * @param into what a row is made of it; asked when the row is due
   */
  public <T extends Listing.Row> Listing<T> find(
      CatalogueSearch search,
      Order order,
      PagePart part,
      Sight sight,
      Function<RegisteredTorrent, T> into) {
    List<RegisteredTorrent> page = new ArrayList<>();
    int skip = part.skip();
    int looked = 0;
    Optional<RegisteredTorrent> last = Optional.empty();
    Iterator<RegisteredTorrent> each = candidates(search, order, part.after());
    boolean more = each.hasNext();
    while (more && page.size() < part.most() && looked < Directory.MOST_LOOKED_AT) {
      RegisteredTorrent torrent = each.next();
      more = each.hasNext() && !isBeyond(search, order, torrent);
      last = Optional.of(torrent);
      looked++;
      if (search.finds(torrent) && sight.holdsRegistered(torrent.infoHash()) && skip-- <= 0) {
        page.add(torrent);
      }
    }
    Optional<String> next = more ? last.map(torrent -> cursor(order, torrent)) : Optional.empty();
    boolean whole = search.exact() && part.after().isEmpty() && next.isEmpty();
    return new Listing<>(
        whole ? OptionalLong.of(page.size()) : OptionalLong.empty(),
        new Mapped<>(page.iterator(), into),
        () -> next);
  }

  /** Those that may be looked for, in their order, from where the page begins. */
  private Iterator<RegisteredTorrent> candidates(
      CatalogueSearch search, Order order, Optional<String> after) {
    Optional<NamedPlace> behind = after.map(cursor -> place(order, cursor));
    if (search.infoHash().isPresent()) {
      return behind.isPresent()
          ? List.<RegisteredTorrent>of().iterator()
          : catalogue.find(search.infoHash().get()).stream().iterator();
    }
    if (order == Order.NAME || search.exact()) {
      return catalogue.byName(
          behind.or(() -> search.onlyName().map(name -> new NamedPlace(name, FIRST))));
    }
    Optional<String> rarest =
        search.labels().stream().min(Comparator.comparingInt(catalogue::labelled));
    Optional<Place> newest =
        search.until().equals(Instant.MAX)
            ? Optional.empty()
            : Optional.of(new Place(search.until().plusSeconds(1), LAST_HASH));
    return catalogue.newest(rarest, behind.map(NamedPlace::place).or(() -> newest));
  }

  /** Whether none behind this one can be found any more. */
  private static boolean isBeyond(CatalogueSearch search, Order order, RegisteredTorrent torrent) {
    if (search.onlyName().isPresent()) {
      return torrent.name().compareTo(search.onlyName().get()) > 0;
    }
    return order == Order.NEWEST && torrent.publication().published().isBefore(search.since());
  }

  private static String cursor(Order order, RegisteredTorrent last) {
    return Cursor.of(
        order.name(),
        last.name(),
        Long.toString(last.publication().published().getEpochSecond()),
        last.infoHash().hex());
  }

  private static NamedPlace place(Order order, String cursor) {
    List<String> words = Cursor.words(cursor, PLACE_WORDS);
    if (!words.getFirst().equals(order.name())) {
      throw new ForeignCursorException();
    }
    try {
      Instant published = Instant.ofEpochSecond(Long.parseLong(words.get(2)));
      return new NamedPlace(words.get(1), new Place(published, InfoHash.fromHex(words.get(3))));
    } catch (IllegalArgumentException | DateTimeException _) {
      throw new ForeignCursorException();
    }
  }
}
