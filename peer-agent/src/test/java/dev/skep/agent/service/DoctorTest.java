package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.library.Goals;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Limits;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Doctor.Cause;
import dev.skep.agent.service.Doctor.Circumstances;
import dev.skep.agent.session.DiskLoad;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.peers.KnownPeers;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorTest {
  private static final long MIB = 1 << 20;
  private static final Seeded DATA = Seeded.file("disk.img", 1000);
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final TrackerStatus WORKS = tracker(Optional.empty());
  private static final TrackerStatus FAILS = tracker(Optional.of("connection refused"));

  private static final TrackerStatus KNOWS_LEECHERS =
      new TrackerStatus("http://t/", true, Optional.empty(), 1, 3, 0, OptionalLong.empty(), 0);

  private static TrackerStatus tracker(Optional<String> trouble) {
    return new TrackerStatus(
        "http://t/", trouble.isEmpty(), trouble, 0, 0, 0, OptionalLong.empty(), 0);
  }

  private static PeerStatus peer(double has, long down, long up, String flags) {
    return new PeerStatus(
        new Endpoint(InetAddress.ofLiteral("10.0.0.1"), 1),
        "x",
        false,
        has,
        0,
        0,
        down,
        up,
        flags,
        0,
        Set.of());
  }

  /** One that lets no more requests wait. */
  private static PeerStatus limitedTo(int requests, long down) {
    return new PeerStatus(
        new Endpoint(InetAddress.ofLiteral("10.0.0.2"), 1),
        "x",
        false,
        1,
        0,
        0,
        down,
        0,
        "D",
        requests,
        Set.of());
  }

  private static PeerStatus webServer(long down) {
    return new PeerStatus(
        new Endpoint(InetAddress.ofLiteral("10.0.0.2"), 80),
        "http://w/",
        false,
        1,
        0,
        0,
        down,
        0,
        "D",
        0,
        Set.of(PeerSource.Kind.WEB));
  }

  @Test
  void webServersAreSourcesBesidePeers() {
    assertThat(new Case().peers(webServer(2 * MIB), peer(1, MIB, 0, "D")).diagnosis().sentence())
        .contains("from 1 peer and 1 web server");
    assertThat(new Case().peers(webServer(2 * MIB)).diagnosis().sentence())
        .contains("from 1 web server");
  }

  @Test
  void whereThereIsNobodyElseAWebServersTroubleIsNamed() {
    Doctor.Diagnosis told =
        new Case().trackers().webSeed("answers with HTTP status 404").diagnosis();

    assertThat(told.cause()).isEqualTo(Doctor.Cause.WEB_SERVERS_FAIL);
    assertThat(told.sentence())
        .isEqualTo(
            "no peer is known, and web server http://w/ answers with HTTP status 404; asked again"
                + " in 20 s");
  }

  /** A torrent of 100 MiB of which 40 are there. */
  static final class Case {
    private State state = State.DOWNLOADING;
    private Optional<String> problem = Optional.empty();
    private List<PeerStatus> peers = List.of();
    private List<WebSeedStatus> webSeeds = List.of();
    private KnownPeers known = KnownPeers.NONE;
    private List<TrackerStatus> trackers = List.of(WORKS);
    private boolean paused;
    private Optional<Place> movingTo = Optional.empty();
    private Optional<Goals.Reached> reached = Optional.empty();
    private Limits limits = Limits.NONE;
    private OptionalInt nowhere = OptionalInt.empty();
    private boolean anybodyCame = true;
    private boolean allPaused;
    private Circumstances around = around(0, 0, 0, 0, false, DiskLoad.NONE);

    private Circumstances around(
        long downLimit, long upLimit, long downNow, long upNow, boolean byClock, DiskLoad disk) {
      return new Circumstances(
          downLimit, upLimit, downNow, upNow, byClock, allPaused, 4, disk, 6881, anybodyCame);
    }

    Case allPaused() {
      allPaused = true;
      around = around(0, 0, 0, 0, false, DiskLoad.NONE);
      return this;
    }

    Case nowhere(int piece) {
      nowhere = OptionalInt.of(piece);
      return this;
    }

    Case nobodyCame() {
      anybodyCame = false;
      around = around(0, 0, 0, 0, false, DiskLoad.NONE);
      return this;
    }

    Case disk(double busy, double hashing) {
      around = around(0, 0, 0, 0, false, new DiskLoad(busy, hashing, 3));
      return this;
    }

    Case byClock(long downLimit, long downNow) {
      around = around(downLimit, 0, downNow, 0, true, DiskLoad.NONE);
      return this;
    }

    Case state(State next) {
      state = next;
      return this;
    }

    Case problem(String next) {
      problem = Optional.of(next);
      return this;
    }

    Case peers(PeerStatus... next) {
      peers = List.of(next);
      return this;
    }

    Case webSeed(String why) {
      webSeeds =
          List.of(
              new WebSeedStatus("http://w/", WebSeedStatus.State.BENCHED, Optional.of(why), 20, 0));
      return this;
    }

    Case known(int all, int untried, int unreachable) {
      known = new KnownPeers(all, untried, unreachable, 0, 0);
      return this;
    }

    Case trackers(TrackerStatus... next) {
      trackers = List.of(next);
      return this;
    }

    Case movingTo(String folder) {
      movingTo = Optional.of(Place.in(Path.of(folder)));
      return this;
    }

    Case paused() {
      paused = true;
      return this;
    }

    Case reached(Goals.Reached why) {
      reached = Optional.of(why);
      return this;
    }

    Case limits(long down, long up) {
      limits = new Limits(down, down > 0, up, up > 0, true, 0, 0);
      return this;
    }

    Case exempt() {
      limits = new Limits(0, false, 0, false, false, 0, 0);
      return this;
    }

    Case all(long downLimit, long upLimit, long downNow, long upNow) {
      around = around(downLimit, upLimit, downNow, upNow, false, DiskLoad.NONE);
      return this;
    }

    Doctor.Diagnosis diagnosis() {
      long down = peers.stream().mapToLong(PeerStatus::downBytesPerSecond).sum();
      long up = peers.stream().mapToLong(PeerStatus::upBytesPerSecond).sum();
      TransferStatus status =
          new TransferStatus(
              state, problem, 100 * MIB, 30 * MIB, 40 * MIB, 0, 0, 0, down, up, peers, webSeeds,
              known, trackers, nowhere);
      TorrentRecord record =
          TorrentRecord.of(DATA.metainfo().infoHash(), Place.in(Path.of("/srv")), NOW)
              .with(
                  r -> {
                    r.paused = paused;
                    r.movingTo = movingTo;
                    r.limits = limits;
                  });
      return Doctor.look(
          new TorrentSnapshot(
              1,
              record,
              Optional.of(DATA.metainfo()),
              Optional.empty(),
              status,
              problem,
              NOW,
              Optional.empty(),
              Goals.NONE,
              reached),
          around);
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        row(new Case().paused(), Cause.PAUSED, "paused by its owner"),
        row(new Case().allPaused(), Cause.ALL_PAUSED, "the whole agent is paused"),
        row(new Case().paused().allPaused(), Cause.PAUSED, "paused by its owner"),
        row(
            new Case().paused().reached(Goals.Reached.SEED_TIME),
            Cause.GOAL_REACHED,
            "paused: it has done its part (seed time)"),
        row(
            new Case().state(State.QUEUED).movingTo("/mnt/large"),
            Cause.MOVING,
            "its data is being moved to /mnt/large"),
        row(new Case().problem("the disk is full"), Cause.BROKEN, "the disk is full"),
        row(
            new Case().state(State.CHECKING),
            Cause.CHECKING,
            "its data is being checked: 30 MiB of 100 MiB"),
        row(new Case().state(State.QUEUED), Cause.QUEUED, "waits for its turn; place 5"),
        row(
            new Case().state(State.ASKING).peers(peer(0, 0, 0, "")),
            Cause.TORRENT_UNKNOWN,
            "asks 1 peer for the torrent itself"),
        row(
            new Case().trackers(FAILS),
            Cause.TRACKERS_FAIL,
            "no tracker helps: connection refused"),
        row(new Case(), Cause.NO_PEERS, "its tracker knows nobody else (0 seeders)"),
        row(
            new Case().known(3, 0, 3),
            Cause.PEERS_UNREACHABLE,
            "none of 3 known addresses could be connected to (3 unreachable, 0 hung up, 0"
                + " refused)"),
        row(new Case().known(3, 3, 0), Cause.NO_PEERS, "no peer is known yet"),
        row(
            new Case().peers(peer(0.4, 0, 0, ""), peer(0.25, 0, 0, "")),
            Cause.NO_SOURCE,
            "none of 2 peers has what is missing (60 MiB); the most any has is 40 %"),
        row(
            new Case().peers(peer(0.4, 0, 0, ""), peer(0.25, 0, 0, "")).nowhere(17),
            Cause.NO_SOURCE,
            "none of 2 peers has piece 17, nor anything else of what is missing (60 MiB); the most"
                + " any has is 40 %"),
        row(
            new Case().peers(peer(1, MIB, 0, "D")).byClock(MIB, MIB),
            Cause.CLOCK,
            "the download limit over all torrents at this time of day: 1.0 MiB/s of 1.0 MiB/s,"
                + " 1.0 MiB/s of it here"),
        row(
            new Case().peers(peer(1, 80 * MIB, 0, "D")).disk(0.97, 0.2),
            Cause.DISK,
            "receives 80 MiB/s: the disk is busy 97 % of the time, and 3 jobs wait for it"),
        row(
            new Case().peers(peer(1, 80 * MIB, 0, "D")).disk(0.98, 0.9),
            Cause.HASHING,
            "receives 80 MiB/s: hashing what comes takes 90 % of the time of those who write it"),
        row(
            new Case().peers(limitedTo(64, MIB), peer(1, MIB / 2, 0, "D")),
            Cause.REQUEST_WINDOW,
            "receives 1.0 MiB/s from 1 peer: no more than 64 requests may wait there, and each is"
                + " answered after 1000 ms"),
        row(
            new Case().peers(limitedTo(64, MIB), peer(1, 2 * MIB, 0, "D")),
            Cause.SOURCES,
            "receives 3.0 MiB/s from 2 peers: as much as they send, no limit here is reached"),
        row(
            new Case().peers(peer(1, 0, 0, "d")),
            Cause.CHOKED,
            "1 peer has what is missing, and none serves us now"),
        row(
            new Case().peers(peer(1, 0, 0, "DS"), peer(1, 0, 0, "D")),
            Cause.STALLED,
            "2 peers let us ask, and nothing comes"),
        row(
            new Case().peers(peer(1, MIB, 0, "D")).limits(MIB, 0),
            Cause.RATE_LIMIT,
            "its own download limit: 1.0 MiB/s of 1.0 MiB/s"),
        row(
            new Case().peers(peer(1, MIB, 0, "D")).all(10 * MIB, 0, 10 * MIB, 0),
            Cause.RATE_LIMIT,
            "the download limit over all torrents: 10 MiB/s of 10 MiB/s, 1.0 MiB/s of it here"),
        row(
            new Case().peers(peer(1, MIB, 0, "D")).all(10 * MIB, 0, 10 * MIB, 0).exempt(),
            Cause.SOURCES,
            "receives 1.0 MiB/s from 1 peer: as much as they send, no limit here is reached"),
        row(
            new Case().peers(peer(1, MIB, 0, "D"), peer(1, 0, 0, "d")).limits(20 * MIB, 0),
            Cause.SOURCES,
            "receives 1.0 MiB/s from 1 peer: as much as they send, no limit here is reached"),
        row(
            new Case().state(State.SEEDING).peers(peer(0, 0, MIB, "U")).limits(0, MIB),
            Cause.RATE_LIMIT,
            "its own upload limit: 1.0 MiB/s of 1.0 MiB/s"),
        row(
            new Case().state(State.SEEDING).peers(peer(0, 0, MIB, "U")),
            Cause.LEECHERS,
            "sends 1.0 MiB/s to 1 peer: as much as they take, no limit here is reached"),
        row(
            new Case().state(State.SEEDING).peers(peer(0, 0, MIB, "U"), peer(0, 0, 0, "u")),
            Cause.SLOTS,
            "sends 1.0 MiB/s to 1 peer; 1 more waits for one of our slots"),
        row(
            new Case().state(State.SEEDING).trackers(KNOWS_LEECHERS).nobodyCame(),
            Cause.PORT_UNREACHED,
            "its tracker knows 3 leechers, and nobody has come to port 6881 since the start: it may"
                + " be closed"),
        row(
            new Case().state(State.SEEDING).trackers(KNOWS_LEECHERS),
            Cause.NOBODY_WANTS,
            "nobody wants anything of it (0 peers)"),
        row(
            new Case().state(State.SEEDING).trackers(FAILS),
            Cause.TRACKERS_FAIL,
            "nobody hears of it from a tracker: connection refused"),
        row(
            new Case().state(State.SEEDING),
            Cause.NOBODY_WANTS,
            "nobody wants anything of it (0 peers)"),
        row(
            new Case().state(State.SEEDING).peers(peer(0, 0, 0, "u")),
            Cause.NOTHING,
            "1 peer wants something of it and will be served"));
  }

  private static Arguments row(Case about, Cause cause, String sentence) {
    return Arguments.of(sentence, about, cause);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void oneSentenceSaysWhatLimitsIt(String sentence, Case about, Cause cause) {
    Doctor.Diagnosis diagnosis = about.diagnosis();
    assertThat(diagnosis.sentence()).isEqualTo(sentence);
    assertThat(diagnosis.cause()).isEqualTo(cause);
  }
}
