package dev.skep.agent.follow;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.catalogue.TrackerApi.Carried;
import dev.skep.agent.config.Followed;
import dev.skep.agent.config.Followed.Drop;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.Delivery.Stage;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.FollowFigures.Outcome;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the agent have what a catalogue carries under one label. One look asks whether the
 * catalogue has changed, and only then reads it. Not for many threads.
 */
final class Follower {
  private static final Logger LOG = System.getLogger(Follower.class.getName());

  /** A tracker that was taken over may claim any number. */
  private static final int MOST = 10_000;

  private final Agent agent;
  private final Followed follow;
  private final TrackerApi tracker;
  private final Trust trust;
  private final String origin;
  private Optional<String> tag = Optional.empty();

  /** What was decided on, so that it is told and counted once. */
  private Set<Row> settled = new HashSet<>();

  private boolean toldStrange;

  Follower(Agent agent, Followed follow, TrackerApi tracker, Trust trust) {
    this.agent = agent;
    this.follow = follow;
    this.tracker = tracker;
    this.trust = trust;
    origin = Follows.origin(tracker.base(), follow.label());
  }

  TrackerApi tracker() {
    return tracker;
  }

  /** Which follow it is; the same across restarts. */
  String origin() {
    return origin;
  }

  /**
   * One look.
   *
   * @throws IOException if the tracker cannot be asked, or something cannot be kept: then the next
   *     look does again what is left
   */
  void look() throws IOException, InterruptedException {
    Optional<Carried> news = tracker.carried(follow.label(), tag, MOST);
    if (news.isEmpty()) {
      return;
    }
    List<Row> rows = rows(news.get());
    settle(rows);
    boolean isStrange = rows.size() != news.get().torrents().size();
    if (!isStrange && news.get().isAll()) {
      drop(rows);
    } else if (isStrange && !toldStrange) {
      toldStrange = true;
      agent.followed().count(Outcome.UNFIT);
      LOG.log(
          Level.WARNING,
          "{0}: more than {1} torrents, or some that make no sense; nothing is dropped",
          origin,
          MOST);
    }
    tag = news.get().tag();
  }

  /** The oldest first, so that none seems to be played again. */
  private List<Row> rows(Carried carried) {
    return carried.torrents().stream()
        .limit(MOST)
        .flatMap(json -> Row.of(json).stream())
        .filter(row -> row.statement().labels().contains(follow.label()))
        .sorted(Comparator.comparing(row -> row.statement().published()))
        .toList();
  }

  // ---- What came ----

  private void settle(List<Row> rows) throws IOException {
    Set<Row> done = new HashSet<>();
    Set<String> failed = new HashSet<>();
    List<IOException> failures = new ArrayList<>();
    for (Row row : rows) {
      String name = row.statement().name();
      try {
        if (settled.contains(row) || (!failed.contains(name) && settle(row))) {
          done.add(row);
        }
      } catch (IOException e) {
        failed.add(name); // a later one of that name would make this one seem to be played again
        failures.add(e);
      }
    }
    settled = done;
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private boolean settle(Row row) throws IOException {
    if (agent.torrent(row.hash()).isPresent() || agent.declined().has(row.hash())) {
      trust.take(row);
      return true;
    }
    Optional<Trust.Refusal> refusal = trust.refusal(row);
    if (refusal.isPresent()) {
      refuse(row, refusal.get().outcome(), refusal.get().why());
      return true;
    }
    try {
      Metainfo metainfo = Metainfo.parse(tracker.torrentFile(row.hash().hex()));
      if (!metainfo.infoHash().equals(row.hash())) {
        throw new MetainfoException("it is another torrent");
      }
      trust.take(row);
      add(row, metainfo);
    } catch (MetainfoException e) {
      refuse(row, Outcome.UNFIT, "its .torrent: " + e.getMessage());
    }
    return true;
  }

  private void refuse(Row row, Outcome outcome, String why) {
    agent.followed().count(outcome);
    LOG.log(
        Level.WARNING,
        "{0}: {1} ({2}) is not fetched: {3}",
        origin,
        row.statement().name(),
        row.hash().hex(),
        why);
  }

  private void add(Row row, Metainfo metainfo) throws IOException {
    Delivery delivery =
        new Delivery(
            origin, follow.folder(), follow.current(), row.statement().published(), Stage.FETCHING);
    TorrentRecord record =
        TorrentRecord.of(row.hash(), Agent.beginning(delivery, metainfo), agent.now())
            .with(
                r -> {
                  r.delivery = Optional.of(delivery);
                  r.labels = row.statement().labels();
                  r.trackers = tracker.trackersOf(metainfo);
                });
    if (agent.add(record, Optional.of(metainfo)).isNew()) {
      agent.followed().count(Outcome.ADDED);
    }
  }

  // ---- What went ----

  private void drop(List<Row> rows) throws IOException, InterruptedException {
    Set<InfoHash> carried = rows.stream().map(Row::hash).collect(Collectors.toSet());
    if (follow.drop() != Drop.NO) {
      for (AgentTorrent torrent : agent.torrents()) {
        Optional<Delivery> delivery = torrent.record().delivery();
        if (delivery.isPresent()
            && delivery.get().origin().equals(origin)
            && !carried.contains(torrent.infoHash())) {
          drop(torrent, delivery.get());
        }
      }
    }
    agent.declined().keepOnly(origin, carried);
  }

  private void drop(AgentTorrent torrent, Delivery delivery)
      throws IOException, InterruptedException {
    boolean isHalf = delivery.stage() == Stage.FETCHING;
    if (agent.withdraw(torrent, isHalf || follow.drop() == Drop.DATA)) {
      agent.followed().count(Outcome.DROPPED);
    } else {
      LOG.log(
          Level.WARNING,
          "{0}: {1} is carried no more, and stays, since the link current leads to it and there is"
              + " no other",
          origin,
          torrent.view().name());
    }
  }
}
