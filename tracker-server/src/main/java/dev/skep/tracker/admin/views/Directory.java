package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.admin.views.SortedSwarms.Sort;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.PeerKey;
import dev.skep.tracker.swarm.SwarmCounts;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.swarm.SwarmSummary;
import dev.skep.tracker.swarm.SwarmTallies;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Swarms and catalogue seen as one, for people. Each page looks at a bounded number of torrents,
 * whatever is asked for; where that is not enough to fill it, it says where to go on.
 */
public final class Directory {
  /** Torrents that one page looks at, at most. */
  static final int MOST_LOOKED_AT = 20_000;

  /** Of a place among the torrents: what they are sorted by, how much of it, which one. */
  private static final int CURSOR_WORDS = 3;

  private final SwarmStore swarms;
  private final Catalogue catalogue;
  private final AnnounceService announces;
  private final SortedSwarms sorted;
  private final CatalogueFinder finder;

  public Directory(
      SwarmStore swarms, Catalogue catalogue, AnnounceService announces, SortedSwarms sorted) {
    this.swarms = swarms;
    this.catalogue = catalogue;
    this.announces = announces;
    this.sorted = sorted;
    this.finder = new CatalogueFinder(catalogue);
  }

  /** The tracker in numbers. */
  public StatsView stats() {
    SwarmTallies tallies = swarms.tallies();
    TrackerCounters counters = announces.counters();
    return new StatsView(
        Version.TEXT,
        TimeUnit.MILLISECONDS.toSeconds(ManagementFactory.getRuntimeMXBean().getUptime()),
        tallies.torrents().get(),
        catalogue.size(),
        tallies.seeders().sum(),
        tallies.leechers(),
        tallies.peers().get(),
        tallies.everCompleted().sum(),
        counters.announces(),
        counters.scrapes(),
        counters.httpAnnounces().sum(),
        counters.udpAnnounces().sum(),
        counters.refused().sum(),
        announces.interval().toSeconds());
  }

  /** All torrents that may be seen, those first of which there is most. */
  public Listing<ListedTorrent> torrents(Sort sort, PagePart part, Sight sight) {
    List<SwarmSummary> all = sorted.by(sort);
    int from =
        part.after()
            .map(cursor -> placeBehind(all, sort, Cursor.words(cursor, CURSOR_WORDS)))
            .orElse(0);
    List<SwarmSummary> page = new ArrayList<>();
    int skip = part.skip();
    int at = from;
    for (; at < all.size() && at - from < MOST_LOOKED_AT && page.size() < part.most(); at++) {
      SwarmSummary swarm = all.get(at);
      if (sight.holds(swarm.infoHash()) && skip-- <= 0) {
        page.add(swarm);
      }
    }
    Optional<String> next =
        at < all.size() && at > 0 ? Optional.of(cursor(sort, all.get(at - 1))) : Optional.empty();
    Iterator<SwarmSummary> each = page.iterator();
    return new Listing<>(
        sight.all() ? OptionalLong.of(all.size()) : OptionalLong.empty(),
        new Mapped<>(each, swarm -> view(swarm.infoHash(), swarm.counts())),
        () -> next);
  }

  private static String cursor(Sort sort, SwarmSummary last) {
    return Cursor.of(sort.text(), Integer.toString(sort.key(last.counts())), last.infoHash().hex());
  }

  /** Behind which torrents a page begins, though the one that ended the last may have moved. */
  private static int placeBehind(List<SwarmSummary> all, Sort sort, List<String> words) {
    if (!words.getFirst().equals(sort.text()) || !words.get(1).matches("\\d{1,9}")) {
      throw new ForeignCursorException();
    }
    int key = Integer.parseInt(words.get(1));
    InfoHash hash = infoHash(words.get(2));
    int low = 0;
    int high = all.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      SwarmSummary there = all.get(middle);
      int its = sort.key(there.counts());
      boolean behind = its == key ? there.infoHash().compareTo(hash) > 0 : its < key;
      if (behind) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static InfoHash infoHash(String inCursor) {
    try {
      return InfoHash.fromHex(inCursor);
    } catch (IllegalArgumentException _) {
      throw new ForeignCursorException();
    }
  }

  /** Registered torrents that may be seen and are looked for. */
  public Listing<ListedTorrent> registered(
      CatalogueSearch search, CatalogueSearch.Order order, PagePart part, Sight sight) {
    return finder.find(search, order, part, sight, this::registered);
  }

  /** A torrent that is registered. */
  public ListedTorrent registered(RegisteredTorrent torrent) {
    return ListedTorrent.of(torrent.infoHash(), swarms.counts(torrent.infoHash()), torrent);
  }

  /** One torrent, if it may be seen and is registered or anybody announced it. */
  public Optional<ListedTorrent> torrent(InfoHash hash, Sight sight) {
    SwarmCounts counts = swarms.counts(hash);
    boolean known = catalogue.contains(hash) || !counts.equals(SwarmCounts.NONE);
    return known && sight.holds(hash) ? Optional.of(view(hash, counts)) : Optional.empty();
  }

  private ListedTorrent view(InfoHash hash, SwarmCounts counts) {
    return ListedTorrent.of(hash, counts, catalogue.find(hash).orElse(null));
  }

  /** Peers of one torrent by address. */
  public Listing<PeerInfo> peers(InfoHash hash, PagePart part) {
    SwarmCounts counts = swarms.counts(hash);
    int peers = counts.seeders() + counts.leechers();
    Optional<PeerKey> after =
        part.after().map(cursor -> PeerWalk.key(Cursor.words(cursor, CURSOR_WORDS + 1).getLast()));
    var step = new PeerWalk.Step(hash, peers, after, peers);
    var walk = new PeerWalk(swarms, catalogue, List.of(step), Optional.empty(), part);
    return new Listing<>(OptionalLong.of(peers), walk, walk::nextPage);
  }

  /** Peers of all torrents that may be seen, the biggest swarm's first. */
  public Listing<PeerInfo> peers(PagePart part, Sight sight) {
    List<SwarmSummary> all = sorted.by(Sort.PEERS);
    List<PeerWalk.Step> steps = new ArrayList<>();
    int from = part.after().map(cursor -> goOn(all, cursor, sight, steps)).orElse(0);
    int wanted = part.skip() + part.most();
    int at = from;
    while (at < all.size() && at - from < MOST_LOOKED_AT && wanted > 0 && has(all.get(at))) {
      SwarmSummary swarm = all.get(at++);
      if (sight.holds(swarm.infoHash())) {
        steps.add(step(swarm, Optional.empty()));
        wanted -= Sort.PEERS.key(swarm.counts());
      }
    }
    Optional<PeerWalk.Step> beyond =
        at > 0 && at < all.size() && has(all.get(at))
            ? Optional.of(step(all.get(at - 1), Optional.empty()))
            : Optional.empty();
    var walk = new PeerWalk(swarms, catalogue, steps, beyond, part);
    return new Listing<>(
        sight.all() ? OptionalLong.of(swarms.tallies().peers().get()) : OptionalLong.empty(),
        walk,
        walk::nextPage);
  }

  /** Finishes the swarm that the page before ended in; where the swarms behind it begin. */
  private static int goOn(
      List<SwarmSummary> all, String cursor, Sight sight, List<PeerWalk.Step> steps) {
    List<String> words = Cursor.words(cursor, CURSOR_WORDS + 1);
    List<String> swarm = words.subList(0, CURSOR_WORDS);
    int behind = placeBehind(all, Sort.PEERS, swarm);
    InfoHash hash = infoHash(swarm.getLast());
    if (!words.getLast().isEmpty() && sight.holds(hash)) {
      int peers = Integer.parseInt(swarm.get(1));
      steps.add(new PeerWalk.Step(hash, peers, Optional.of(PeerWalk.key(words.getLast())), peers));
    }
    return behind;
  }

  private static PeerWalk.Step step(SwarmSummary swarm, Optional<PeerKey> after) {
    int peers = Sort.PEERS.key(swarm.counts());
    return new PeerWalk.Step(swarm.infoHash(), peers, after, peers);
  }

  private static boolean has(SwarmSummary swarm) {
    return Sort.PEERS.key(swarm.counts()) > 0;
  }
}
