package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.PeerView;
import dev.skep.tracker.swarm.SwarmCounts;
import dev.skep.tracker.swarm.SwarmOverview;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.swarm.SwarmSummary;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Swarms and catalogue seen as one, for people: at most a second old. */
public final class Directory {
  private final SwarmStore swarms;
  private final Catalogue catalogue;
  private final AnnounceService announces;

  // A list of a million swarms is sorted once a second at most, however many ask.
  private SwarmOverview sortedOverview;
  private final Map<Sort, List<SwarmSummary>> sorted = new EnumMap<>(Sort.class);

  /** What lists are sorted by, highest first. */
  public enum Sort {
    PEERS,
    SEEDERS,
    LEECHERS,
    COMPLETED;

    /** The one of this name in lower case. */
    public static Optional<Sort> of(String name) {
      return List.of(values()).stream()
          .filter(sort -> sort.name().toLowerCase(Locale.ROOT).equals(name))
          .findFirst();
    }

    private int key(SwarmCounts counts) {
      return switch (this) {
        case PEERS -> counts.seeders() + counts.leechers();
        case SEEDERS -> counts.seeders();
        case LEECHERS -> counts.leechers();
        case COMPLETED -> counts.completed();
      };
    }

    Comparator<SwarmSummary> order() {
      return Comparator.<SwarmSummary>comparingInt(swarm -> key(swarm.counts()))
          .reversed()
          .thenComparing(SwarmSummary::infoHash);
    }
  }

  public Directory(SwarmStore swarms, Catalogue catalogue, AnnounceService announces) {
    this.swarms = swarms;
    this.catalogue = catalogue;
    this.announces = announces;
    this.sortedOverview = swarms.overview();
  }

  /** The tracker in numbers. */
  public StatsView stats() {
    SwarmOverview overview = swarms.overview();
    TrackerCounters counters = announces.counters();
    return new StatsView(
        Version.TEXT,
        TimeUnit.MILLISECONDS.toSeconds(ManagementFactory.getRuntimeMXBean().getUptime()),
        overview.swarms().size(),
        catalogue.size(),
        overview.seeders(),
        overview.leechers(),
        overview.peers(),
        overview.completed(),
        counters.announces(),
        counters.scrapes(),
        counters.httpAnnounces().sum(),
        counters.udpAnnounces().sum(),
        counters.refused().sum(),
        announces.interval().toSeconds());
  }

  /** Torrents from {@code offset} on, at most {@code limit}. */
  public TorrentList torrents(Sort sort, int offset, int limit) {
    List<SwarmSummary> all = sorted(sort);
    List<TorrentView> some =
        all.stream()
            .skip(offset)
            .limit(limit)
            .map(swarm -> view(swarm.infoHash(), swarm.counts()))
            .toList();
    return new TorrentList(all.size(), some);
  }

  @SuppressWarnings("ReferenceEquality") // another overview is a newer one, whatever is in it
  private synchronized List<SwarmSummary> sorted(Sort sort) {
    SwarmOverview overview = swarms.overview();
    if (overview != sortedOverview) {
      sortedOverview = overview;
      sorted.clear();
    }
    return sorted.computeIfAbsent(
        sort, _ -> overview.swarms().stream().sorted(sort.order()).toList());
  }

  /** Registered torrents whose name holds {@code part}, in any case, by name. */
  public TorrentList named(String part, int offset, int limit) {
    String wanted = part.toLowerCase(Locale.ROOT);
    List<RegisteredTorrent> matching =
        catalogue.torrents().stream()
            .filter(torrent -> torrent.name().toLowerCase(Locale.ROOT).contains(wanted))
            .sorted(Comparator.comparing(RegisteredTorrent::name))
            .toList();
    List<TorrentView> some =
        matching.stream()
            .skip(offset)
            .limit(limit)
            .map(torrent -> view(torrent.infoHash(), swarms.counts(torrent.infoHash())))
            .toList();
    return new TorrentList(matching.size(), some);
  }

  /** One torrent, if it is registered or anybody announced it. */
  public Optional<TorrentView> torrent(InfoHash hash) {
    SwarmCounts counts = swarms.counts(hash);
    boolean known = catalogue.contains(hash) || !counts.equals(SwarmCounts.NONE);
    return known ? Optional.of(view(hash, counts)) : Optional.empty();
  }

  private TorrentView view(InfoHash hash, SwarmCounts counts) {
    return TorrentView.of(hash, counts, catalogue.find(hash).orElse(null));
  }

  /** Peers of one torrent. */
  public PeerList peers(InfoHash hash, int offset, int limit) {
    SwarmCounts counts = swarms.counts(hash);
    var peers = new ArrayList<PeerInfo>();
    addPeers(hash, offset, limit, peers);
    return new PeerList((long) counts.seeders() + counts.leechers(), peers);
  }

  /** Peers of all torrents, the biggest swarm's first. */
  public PeerList peers(int offset, int limit) {
    var peers = new ArrayList<PeerInfo>();
    int skip = offset;
    for (SwarmSummary swarm : sorted(Sort.PEERS)) {
      int here = swarm.counts().seeders() + swarm.counts().leechers();
      if (here == 0 || peers.size() >= limit) {
        break;
      }
      addPeers(swarm.infoHash(), Math.min(skip, here), limit - peers.size(), peers);
      skip = Math.max(0, skip - here);
    }
    return new PeerList(swarms.overview().peers(), peers);
  }

  private void addPeers(InfoHash hash, int skip, int most, List<PeerInfo> into) {
    RegisteredTorrent torrent = catalogue.find(hash).orElse(null);
    for (PeerView peer : swarms.peers(hash, skip, most)) {
      into.add(PeerInfo.of(hash, torrent, peer));
    }
  }
}
