package dev.skep.agent.service;

import dev.skep.agent.library.Goals;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a {@link TorrentSnapshot} is made of.
 *
 * @param known without what happened since it was last kept
 * @param status how what moves it stands
 * @param still so long at work since something moved
 * @param changedAt when somebody last changed what is to be done with it
 * @param startedAt when it last began its work
 * @param defaults goals of all torrents
 */
record SnapshotParts(
    Known known,
    TransferStatus status,
    Duration still,
    Instant changedAt,
    Optional<Instant> startedAt,
    Goals defaults) {

  /** Whether it is the very same: to compare all of it would take longer. */
  @SuppressWarnings("ReferenceEquality")
  boolean isSame(SnapshotParts other) {
    return known == other.known
        && status == other.status
        && still == other.still
        && changedAt == other.changedAt
        && startedAt.equals(other.startedAt)
        && defaults == other.defaults;
  }

  TorrentSnapshot view(int id) {
    Known now = known.settled();
    Goals goals = now.record().goals().or(defaults);
    boolean complete =
        now.metainfo().isPresent()
            && status.state() != State.CHECKING
            && status.totalBytes() > 0
            && status.verifiedBytes() >= status.totalBytes();
    var progress =
        new Goals.Progress(
            complete,
            status.totalBytes(),
            now.record().totals().uploadedBytes(),
            now.record().times().seeding(),
            still);
    return new TorrentSnapshot(
        id,
        now.record(),
        now.metainfo(),
        now.transfer(),
        status,
        now.obstacle().or(status::problem),
        changedAt,
        startedAt,
        goals,
        goals.reached(progress));
  }
}
