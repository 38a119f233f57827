package dev.skep.agent.cli;

import dev.skep.agent.service.Doctor;
import dev.skep.agent.session.TransferStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Says what limits a download that has not come any further for a while. */
final class Standstill {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Function<TransferStatus, Doctor.Diagnosis> doctor;
  private long bytes = -1;
  private long sinceNanos;
  private Optional<Doctor.Cause> told = Optional.empty();

  /**
   * @param doctor says what limits it
   */
  Standstill(Function<TransferStatus, Doctor.Diagnosis> doctor) {
    this.doctor = doctor;
  }

  /**
   * What limits it, in one sentence: once for each cause, as long as nothing comes.
   *
   * @param now monotonic nanoseconds
   */
  Optional<String> look(TransferStatus status, long now) {
    long next = status.checkedBytes() + status.verifiedBytes() + status.downloadedBytes();
    if (next != bytes || !waits(status)) {
      bytes = next;
      sinceNanos = now;
      told = Optional.empty();
      return Optional.empty();
    }
    if (now - sinceNanos < PATIENCE.toNanos()) {
      return Optional.empty();
    }
    Doctor.Diagnosis diagnosis = doctor.apply(status);
    if (told.filter(diagnosis.cause()::equals).isPresent()) {
      return Optional.empty();
    }
    told = Optional.of(diagnosis.cause());
    return Optional.of(diagnosis.sentence());
  }

  /** What else it does is told by itself. */
  private static boolean waits(TransferStatus status) {
    return switch (status.state()) {
      case ASKING, DOWNLOADING -> true;
      case CHECKING, QUEUED, SEEDING, PAUSED, FAILED -> false;
    };
  }
}
