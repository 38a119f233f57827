package dev.skep.agent.service;

import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Times;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one transfer has moved since it began, and how long it was at what.
 *
 * @param active when something last came or went
 */
record Figures(Totals moved, Duration downloading, Duration seeding, Optional<Instant> active) {
  static final Figures NOTHING =
      new Figures(Totals.NONE, Duration.ZERO, Duration.ZERO, Optional.empty());

  /** Those of {@code passed} later. */
  Figures later(TransferStatus status, Duration passed, Instant now) {
    Totals next =
        new Totals(status.downloadedBytes(), status.uploadedBytes(), status.wastedBytes());
    return new Figures(
        next,
        status.state() == State.DOWNLOADING ? downloading.plus(passed) : downloading,
        status.state() == State.SEEDING ? seeding.plus(passed) : seeding,
        next.equals(moved) ? active : Optional.of(now));
  }

  /** A record in which those of {@code before} are, with what came after them. */
  TorrentRecord addedTo(TorrentRecord record, Figures before) {
    Totals totals = record.totals();
    Times times = record.times();
    return record.with(
        r -> {
          r.totals =
              totals.plus(
                  moved.downloadedBytes() - before.moved.downloadedBytes(),
                  moved.uploadedBytes() - before.moved.uploadedBytes(),
                  moved.wastedBytes() - before.moved.wastedBytes());
          r.times =
              new Times(
                  times.added(),
                  times.done(),
                  active.or(times::active),
                  times.downloading().plus(downloading.minus(before.downloading)),
                  times.seeding().plus(seeding.minus(before.seeding)));
        });
  }
}
