package dev.skep.agent.service;

import dev.skep.agent.session.DiskLoad;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.protocol.metainfo.PieceLayout;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Says in one sentence what limits a torrent now, and by which figures. A function of one moment:
 * it asks nobody and remembers nothing.
 */
public final class Doctor {
  /** Nearer to a limit than this, it is the limit that limits. */
  private static final double NEARLY = 0.9;

  /** What limits a torrent. */
  public enum Cause {
    PAUSED,
    ALL_PAUSED,
    GOAL_REACHED,
    BROKEN,
    MOVING,
    CHECKING,
    QUEUED,
    TORRENT_UNKNOWN,
    TRACKERS_FAIL,
    NO_PEERS,
    PEERS_UNREACHABLE,
    WEB_SERVERS_FAIL,
    NO_SOURCE,
    CHOKED,
    STALLED,
    RATE_LIMIT,
    CLOCK,
    HASHING,
    DISK,
    REQUEST_WINDOW,
    SOURCES,
    NOBODY_WANTS,
    PORT_UNREACHED,
    SLOTS,
    LEECHERS,
    NOTHING
  }

  /** One sentence for people; the cause for programs. */
  public record Diagnosis(Cause cause, String sentence) {}

  /**
   * What holds around a torrent.
   *
   * @param downBytesPerSecond most that all torrents may receive together; 0 for no limit
   * @param upBytesPerSecond most that all torrents may send together; 0 for no limit
   * @param downNow what all receive now
   * @param upNow what all send now
   * @param byClock whether those two are other rates that hold at this time of day
   * @param allPaused whether nothing is moved at all
   * @param position its place in the queue, from 0
   * @param disk what the disk workers did lately
   * @param port where we listen
   * @param anybodyCame whether a peer has connected to it since the start
   */
  public record Circumstances(
      long downBytesPerSecond,
      long upBytesPerSecond,
      long downNow,
      long upNow,
      boolean byClock,
      boolean allPaused,
      int position,
      DiskLoad disk,
      int port,
      boolean anybodyCame) {
    static final Circumstances NONE =
        new Circumstances(0, 0, 0, 0, false, false, 0, DiskLoad.NONE, 0, true);
  }

  private final TorrentSnapshot view;
  private final TransferStatus status;
  private final Circumstances around;

  private Doctor(TorrentSnapshot view, Circumstances around) {
    this.view = view;
    this.status = view.status();
    this.around = around;
  }

  public static Diagnosis look(TorrentSnapshot view, Circumstances around) {
    return new Doctor(view, around).diagnosis();
  }

  /** Of a transfer that is not the service's and has no limits that it knows of. */
  public static Diagnosis look(Transfer transfer, TransferStatus status) {
    return look(TorrentSnapshot.of(transfer, status), Circumstances.NONE);
  }

  private Diagnosis diagnosis() {
    if (view.transfer().isEmpty() && view.record().movingTo().isPresent()) {
      return told(
          Cause.MOVING, "its data is being moved to " + view.record().movingTo().get().folder());
    }
    if (view.record().paused()) {
      return view.reached().isPresent()
          ? told(
              Cause.GOAL_REACHED,
              "paused: it has done its part (%s)".formatted(word(view.reached().get())))
          : told(Cause.PAUSED, "paused by its owner");
    }
    if (around.allPaused) {
      return told(Cause.ALL_PAUSED, "the whole agent is paused");
    }
    if (view.problem().isPresent()) {
      return told(Cause.BROKEN, view.problem().get());
    }
    return switch (status.state()) {
      case CHECKING ->
          told(
              Cause.CHECKING,
              "its data is being checked: %s of %s"
                  .formatted(bytes(status.checkedBytes()), bytes(status.totalBytes())));
      case QUEUED ->
          told(Cause.QUEUED, "waits for its turn; place %d".formatted(1 + around.position));
      case ASKING -> asking();
      case DOWNLOADING -> downloading();
      case SEEDING -> seeding();
      case PAUSED, FAILED -> told(Cause.BROKEN, "it stands still, and nobody said why");
    };
  }

  private static String word(Enum<?> reached) {
    return reached.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private Diagnosis asking() {
    return status.peers().isEmpty()
        ? alone().orElse(told(Cause.TORRENT_UNKNOWN, "looks for peers who have the torrent itself"))
        : told(
            Cause.TORRENT_UNKNOWN,
            "asks %s for the torrent itself".formatted(count(status.peers().size(), "peer")));
  }

  // ---- Downloading ----

  private Diagnosis downloading() {
    List<PeerStatus> peers = status.peers();
    if (peers.isEmpty()) {
      return alone().or(this::webServers).orElse(told(Cause.NO_PEERS, "no peer is known yet"));
    }
    if (status.downBytesPerSecond() > 0) {
      return limited(
              "download",
              status.downBytesPerSecond(),
              view.record().limits().downLimited()
                  ? view.record().limits().downBytesPerSecond()
                  : 0,
              honorsSession() ? around.downBytesPerSecond : 0,
              around.downNow)
          .or(this::byDisk)
          .or(this::byWindows)
          .orElseGet(this::bySources);
    }
    double most = peers.stream().mapToDouble(PeerStatus::progress).max().orElse(0);
    long interesting = peers.stream().filter(peer -> has(peer, 'd') || has(peer, 'D')).count();
    if (interesting == 0) {
      return told(
          Cause.NO_SOURCE,
          "none of %s has %swhat is missing (%s); the most any has is %d %%"
              .formatted(
                  sources(peers),
                  status.nowhere().isPresent()
                      ? "piece " + status.nowhere().getAsInt() + ", nor anything else of "
                      : "",
                  bytes(view.missingBytes()),
                  percent(most)));
    }
    if (peers.stream().noneMatch(peer -> has(peer, 'D'))) {
      return told(
          Cause.CHOKED,
          "%s what is missing, and none serves us now"
              .formatted(interesting == 1 ? "1 peer has" : interesting + " peers have"));
    }
    return told(
        Cause.STALLED,
        "%s us ask, and nothing comes"
            .formatted(lets(peers.stream().filter(peer -> has(peer, 'D')).count())));
  }

  private static String lets(long peers) {
    return peers == 1 ? "1 peer lets" : peers + " peers let";
  }

  private Optional<Diagnosis> byDisk() {
    DiskLoad disk = around.disk;
    if (disk.busy() < NEARLY) {
      return Optional.empty();
    }
    return Optional.of(
        disk.hashing() > disk.busy() / 2
            ? told(
                Cause.HASHING,
                "receives %s/s: hashing what comes takes %d %% of the time of those who write it"
                    .formatted(bytes(status.downBytesPerSecond()), percent(disk.hashing())))
            : told(
                Cause.DISK,
                "receives %s/s: the disk is busy %d %% of the time, and %s for it"
                    .formatted(
                        bytes(status.downBytesPerSecond()),
                        percent(disk.busy()),
                        disk.waiting() == 1 ? "1 job waits" : disk.waiting() + " jobs wait")));
  }

  /** If most of what comes is from peers that let no more requests wait. */
  private Optional<Diagnosis> byWindows() {
    List<PeerStatus> full = status.peers().stream().filter(p -> p.fullWindow() > 0).toList();
    long rate = full.stream().mapToLong(PeerStatus::downBytesPerSecond).sum();
    if (rate <= status.downBytesPerSecond() / 2) {
      return Optional.empty();
    }
    long requests = full.stream().mapToLong(PeerStatus::fullWindow).sum();
    return Optional.of(
        told(
            Cause.REQUEST_WINDOW,
            ("receives %s/s from %s: no more than %d requests may wait there, and each is"
                    + " answered after %d ms")
                .formatted(
                    bytes(rate),
                    count(full.size(), "peer"),
                    requests,
                    1000 * requests * PieceLayout.BLOCK_BYTES / rate)));
  }

  private Diagnosis bySources() {
    List<PeerStatus> serving =
        status.peers().stream().filter(peer -> peer.downBytesPerSecond() > 0).toList();
    return told(
        Cause.SOURCES,
        "receives %s/s from %s: as much as they send, no limit here is reached"
            .formatted(bytes(status.downBytesPerSecond()), sources(serving)));
  }

  private static String sources(List<PeerStatus> all) {
    long servers = all.stream().filter(PeerStatus::isWebServer).count();
    long peers = all.size() - servers;
    if (servers == 0) {
      return count(peers, "peer");
    }
    String web = count(servers, "web server");
    return peers == 0 ? web : count(peers, "peer") + " and " + web;
  }

  /** Why no web server gives anything, where there is one. */
  private Optional<Diagnosis> webServers() {
    return status.webSeeds().stream()
        .filter(seed -> seed.state() == WebSeedStatus.State.BENCHED)
        .findFirst()
        .map(
            seed ->
                told(
                    Cause.WEB_SERVERS_FAIL,
                    "no peer is known, and web server %s %s; asked again in %d s"
                        .formatted(seed.url(), seed.problem().orElse(""), seed.retrySeconds())));
  }

  /** Why nobody is connected. */
  private Optional<Diagnosis> alone() {
    List<TrackerStatus> trackers = status.trackers();
    boolean anyWorks = trackers.stream().anyMatch(TrackerStatus::working);
    Optional<String> trouble = trackers.stream().flatMap(t -> t.message().stream()).findFirst();
    int failed = status.knownPeers().failed();
    if (failed > 0 && failed >= status.knownPeers().known() - status.knownPeers().untried()) {
      return Optional.of(
          told(
              Cause.PEERS_UNREACHABLE,
              "none of %s could be connected to (%d unreachable, %d hung up, %d refused)"
                  .formatted(
                      count(status.knownPeers().known(), "known address"),
                      status.knownPeers().unreachable(),
                      status.knownPeers().hungUp(),
                      status.knownPeers().refused())));
    }
    if (!anyWorks && trouble.isPresent()) {
      return Optional.of(
          told(Cause.TRACKERS_FAIL, "no tracker helps: %s".formatted(trouble.get())));
    }
    if (anyWorks && status.knownPeers().known() == 0) {
      int seeders = trackers.stream().mapToInt(TrackerStatus::seeders).max().orElse(0);
      return Optional.of(
          told(
              Cause.NO_PEERS,
              "its tracker knows nobody else (%s)".formatted(count(seeders, "seeder"))));
    }
    return Optional.empty();
  }

  // ---- Seeding ----

  private Diagnosis seeding() {
    List<PeerStatus> peers = status.peers();
    if (status.upBytesPerSecond() > 0) {
      return limited(
              "upload",
              status.upBytesPerSecond(),
              view.record().limits().upLimited() ? view.record().limits().upBytesPerSecond() : 0,
              honorsSession() ? around.upBytesPerSecond : 0,
              around.upNow)
          .orElseGet(this::byLeechers);
    }
    boolean anyWorks = status.trackers().stream().anyMatch(TrackerStatus::working);
    Optional<String> trouble =
        status.trackers().stream().flatMap(t -> t.message().stream()).findFirst();
    if (!anyWorks && trouble.isPresent()) {
      return told(
          Cause.TRACKERS_FAIL, "nobody hears of it from a tracker: %s".formatted(trouble.get()));
    }
    int leechers = status.trackers().stream().mapToInt(TrackerStatus::leechers).max().orElse(0);
    if (peers.isEmpty() && leechers > 0 && !around.anybodyCame) {
      return told(
          Cause.PORT_UNREACHED,
          "its tracker knows %s, and nobody has come to port %d since the start: it may be closed"
              .formatted(count(leechers, "leecher"), around.port));
    }
    long interested = peers.stream().filter(peer -> has(peer, 'u') || has(peer, 'U')).count();
    return interested == 0
        ? told(
            Cause.NOBODY_WANTS,
            "nobody wants anything of it (%s)".formatted(count(peers.size(), "peer")))
        : told(
            Cause.NOTHING,
            "%s something of it and will be served"
                .formatted(interested == 1 ? "1 peer wants" : interested + " peers want"));
  }

  private Diagnosis byLeechers() {
    long served = status.peers().stream().filter(peer -> peer.upBytesPerSecond() > 0).count();
    long waiting = status.peers().stream().filter(peer -> has(peer, 'u')).count();
    return waiting > 0
        ? told(
            Cause.SLOTS,
            "sends %s/s to %s; %d more %s for one of our slots"
                .formatted(
                    bytes(status.upBytesPerSecond()),
                    count(served, "peer"),
                    waiting,
                    waiting == 1 ? "waits" : "wait"))
        : told(
            Cause.LEECHERS,
            "sends %s/s to %s: as much as they take, no limit here is reached"
                .formatted(bytes(status.upBytesPerSecond()), count(served, "peer")));
  }

  // ---- Both ----

  private boolean honorsSession() {
    return view.record().limits().honorsSession();
  }

  private Optional<Diagnosis> limited(
      String way, long rate, long ownLimit, long allLimit, long allNow) {
    if (ownLimit > 0 && rate >= NEARLY * ownLimit) {
      return Optional.of(
          told(
              Cause.RATE_LIMIT,
              "its own %s limit: %s/s of %s/s".formatted(way, bytes(rate), bytes(ownLimit))));
    }
    if (allLimit > 0 && allNow >= NEARLY * allLimit) {
      return Optional.of(
          told(
              around.byClock ? Cause.CLOCK : Cause.RATE_LIMIT,
              "the %s limit over all torrents%s: %s/s of %s/s, %s/s of it here"
                  .formatted(
                      way,
                      around.byClock ? " at this time of day" : "",
                      bytes(allNow),
                      bytes(allLimit),
                      bytes(rate))));
    }
    return Optional.empty();
  }

  private static boolean has(PeerStatus peer, char flag) {
    return peer.flags().indexOf(flag) >= 0;
  }

  private static int percent(double share) {
    return (int) Math.floor(100 * share);
  }

  private static String count(long number, String singular) {
    String plural = singular.endsWith("s") ? singular + "es" : singular + "s";
    return number + " " + (number == 1 ? singular : plural);
  }

  private static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 || value >= 10
        ? Math.round(value) + " " + units[unit]
        : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  private static Diagnosis told(Cause cause, String sentence) {
    return new Diagnosis(cause, sentence);
  }
}
