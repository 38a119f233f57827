package dev.skep.tracker.rollout;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.tracker.announce.HostReports;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.Announce;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Hears what hosts say, of themselves and of torrents, and believes what may be believed. Safe for
 * many threads: each holds the lock of {@link Rollouts} for a moment.
 */
public final class Reporting implements HostReports {
  private final Rollouts rollouts;
  private final Catalogue catalogue;
  private final Rollouts.Settings settings;
  private final ReportTallies tallies;

  /**
   * @param catalogue whose torrents may be spoken of, as those of rollouts that run
   */
  public Reporting(Rollouts rollouts, Catalogue catalogue) {
    this.rollouts = rollouts;
    this.catalogue = catalogue;
    this.settings = rollouts.settings();
    this.tallies = rollouts.tallies();
  }

  @Override
  public Optional<Duration> take(HostReport report, Announce announce, boolean vouched) {
    InfoHash announced = announce.infoHash();
    Optional<RegisteredTorrent> registered = catalogue.find(announced);
    InfoHash torrent = registered.map(RegisteredTorrent::infoHash).orElse(announced);
    boolean isOurs = registered.isPresent() || !rollouts.running(torrent).isEmpty();
    IpAddress from = announce.address();
    if (!isOurs || !isTakenFrom(from)) {
      tallies.ignored().increment();
      return Optional.empty();
    }
    var said =
        new Said(
            report.state(),
            report.reason(),
            announce.leftBytes,
            announce.downloadedBytes,
            announce.event == AnnounceEvent.STOPPED,
            from,
            announce.port,
            report.held().filter(pieces -> pieces.fits(pieces(registered))),
            rollouts.now());
    return rollouts.underLock(
        () ->
            hear(report.host(), from, vouched, said.at())
                .flatMap(host -> note(torrent, host, said)));
  }

  @Override
  public void countWrong() {
    tallies.wrong().increment();
  }

  /**
   * Hears of a host that follows the catalogue.
   *
   * @param vouched whether it sent a passkey or a token of this tracker
   */
  public void present(HostIdentity who, IpAddress from, boolean vouched) {
    if (!isTakenFrom(from)) {
      tallies.ignored().increment();
      return;
    }
    var _ = rollouts.underLock(() -> hear(who, from, vouched, rollouts.now()));
  }

  /** Of a torrent of which nobody knows how many it has, nobody can have any. */
  private static int pieces(Optional<RegisteredTorrent> torrent) {
    return torrent.map(RegisteredTorrent::pieces).orElse(0);
  }

  private boolean isTakenFrom(IpAddress from) {
    List<Cidr> blocks = settings.reportsFrom();
    return blocks.isEmpty() || blocks.stream().anyMatch(block -> block.contains(from));
  }

  // ---- under the lock

  /** The host that says something, if it may speak for its name. */
  private Optional<KnownHost> hear(HostIdentity who, IpAddress from, boolean vouched, Moment now) {
    if (rollouts.hosts().isTight() && rollouts.hosts().find(who.name()).isEmpty()) {
      rollouts.makeRoomFor(KnownHost.first(who, from, vouched, now.time()));
    }
    return switch (rollouts.hosts().hear(who, from, vouched, now.time())) {
      case Hosts.Verdict.Full() -> {
        tallies.full().increment();
        yield Optional.empty();
      }
      case Hosts.Verdict.Alien(KnownHost owner, boolean isNews) -> {
        tallies.alien().increment();
        if (isNews) {
          rollouts.heard(true);
          claim(owner.name(), from);
        }
        yield Optional.empty();
      }
      case Hosts.Verdict.Known(Optional<KnownHost> before, KnownHost host) -> {
        boolean sameLabels = before.map(KnownHost::labels).equals(Optional.of(host.labels()));
        boolean samePlace = before.map(KnownHost::address).equals(Optional.of(from));
        rollouts.heard(!sameLabels);
        if (!sameLabels || !samePlace) {
          rollouts.running().forEach(rollout -> meet(rollout, host, now));
        }
        yield Optional.of(host);
      }
    };
  }

  private void claim(String name, IpAddress by) {
    for (Rollout rollout : rollouts.running()) {
      rollout.host(name).map(row -> row.claimed(by)).ifPresent(rollout::put);
    }
  }

  /** A host is somewhere, or belongs to something, that a rollout may be about. */
  private void meet(Rollout rollout, KnownHost host, Moment now) {
    Optional<HostRow> row = rollout.host(host.name());
    if (row.isEmpty() && rollout.means(host)) {
      rollouts.join(rollout, host, now);
    }
    row.filter(unseen -> unseen.status().state() == HostState.UNSEEN)
        .map(unseen -> unseen.waiting(host.address(), now))
        .ifPresent(rollout::put);
  }

  /** Notes what a host says of a torrent; when it is to report again, if soon. */
  private Optional<Duration> note(InfoHash torrent, KnownHost host, Said said) {
    tallies.taken().increment();
    rollouts.hosts().note(host, torrent, said);
    boolean goesOn = said.state() == HostReport.State.FETCHING;
    for (Rollout rollout : rollouts.running(torrent)) {
      tell(rollout, host, said);
      goesOn |= said.state() == HostReport.State.VERIFIED && isAwaited(rollout, host);
    }
    return goesOn ? Optional.of(settings.interval()) : Optional.empty();
  }

  private static boolean isAwaited(Rollout rollout, KnownHost host) {
    return !rollout.state().isEnd()
        && rollout.host(host.name()).filter(row -> !row.status().done()).isPresent();
  }

  private void tell(Rollout rollout, KnownHost host, Said said) {
    Optional<HostRow> before = rollout.host(host.name());
    if (before.isPresent()) {
      HostRow after = before.get().after(said, rollout.plan().done(), settings.patience());
      rollouts.update(rollout, before.get(), after, said.at());
    } else if (rollout.plan().target().isAnybody()) {
      rollouts
          .hosts()
          .find(host.name())
          .ifPresent(speaker -> rollouts.join(rollout, speaker, said.at()));
    }
  }
}
