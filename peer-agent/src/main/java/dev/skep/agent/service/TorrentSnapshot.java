package dev.skep.agent.service;

import dev.skep.agent.library.Goals;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One torrent at one moment, for people and programs. Made without any lock.
 *
 * @param id from 1, as long as the agent runs
 * @param record with totals and times as of now
 * @param metainfo the torrent itself, if it is known
 * @param transfer what moves it; absent for a moment when it begins, or is moved
 * @param status how that stood lately
 * @param problem what keeps it from its work, in one line
 * @param changedAt when somebody last changed what is to be done with it
 * @param startedAt when it last began its work
 * @param goals its own, and those of all where it has none
 * @param reached which of them is reached
 */
public record TorrentSnapshot(
    int id,
    TorrentRecord record,
    Optional<Metainfo> metainfo,
    Optional<Transfer> transfer,
    TransferStatus status,
    Optional<String> problem,
    Instant changedAt,
    Optional<Instant> startedAt,
    Goals goals,
    Optional<Goals.Reached> reached) {

  /** A transfer that is not the service's: everything about it is at its default. */
  static TorrentSnapshot of(Transfer transfer, TransferStatus status) {
    Place nowhere = Place.in(Path.of("").toAbsolutePath());
    TorrentRecord record = TorrentRecord.of(transfer.identity().infoHash(), nowhere, Instant.EPOCH);
    return new TorrentSnapshot(
        0,
        record,
        transfer.metainfo(),
        Optional.of(transfer),
        status,
        status.problem(),
        Instant.EPOCH,
        Optional.empty(),
        Goals.NONE,
        Optional.empty());
  }

  public String name() {
    return record
        .place()
        .name()
        .or(() -> metainfo.map(Metainfo::name))
        .or(() -> record.magnet().flatMap(link -> link.name()))
        .orElseGet(() -> record.infoHash().hex());
  }

  /** Length of the whole torrent; 0 as long as it is not known. */
  public long torrentBytes() {
    return metainfo.map(Metainfo::totalBytes).orElse(0L);
  }

  /** It has all that is wanted; not known, so not said, as long as nothing moves it. */
  public boolean isComplete() {
    return metainfo.isPresent()
        && (transfer.isPresent() || status.totalBytes() > 0)
        && status.state() != State.CHECKING
        && status.state() != State.ASKING
        && status.verifiedBytes() >= status.totalBytes();
  }

  /** What of it is wanted and missing. */
  public long missingBytes() {
    return Math.max(0, status.totalBytes() - status.verifiedBytes());
  }

  /** See {@link TransferStatus#isAtWork}. */
  public boolean isAtWork() {
    return status.isAtWork();
  }

  /** It was looked at what lies where its files are to be, and none of that was in the way. */
  boolean ownsItsFiles() {
    return switch (status.state()) {
      case ASKING, CHECKING, FAILED -> false;
      case QUEUED, DOWNLOADING, SEEDING, PAUSED -> true;
    };
  }

  /** Until it is complete, at the rate of now. */
  public Optional<Duration> timeLeft() {
    return status.state() == State.DOWNLOADING && status.downBytesPerSecond() > 0
        ? Optional.of(Duration.ofSeconds(missingBytes() / status.downBytesPerSecond()))
        : Optional.empty();
  }
}
