package dev.skep.agent.report;

import dev.skep.agent.library.Delivery;
import dev.skep.agent.service.Doctor;
import dev.skep.agent.service.Doctor.Cause;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HostReport.State;
import java.util.Optional;

/**
 * How far this host is with one torrent. A function of one moment.
 *
 * @param cause what kind of reason it is: the words of one change with its figures
 * @param reason why it failed, does not go on, or is slow; few words, and fit for everybody
 */
record HostStanding(State state, Cause cause, Optional<String> reason) {
  /** Whether all of a torrent is here. */
  static boolean isWhole(TorrentSnapshot view) {
    return view.transfer().isPresent() && view.isComplete() && view.status().totalBytes() > 0;
  }

  /**
   * Of a torrent that is whole.
   *
   * @param trouble why it could not be handed over, if that failed
   * @param hooks whether something is to be run when it is at its place
   * @return nothing where it is about to be over
   */
  static Optional<HostStanding> ofWhole(
      TorrentSnapshot view, Optional<String> trouble, boolean hooks) {
    State state = view.record().delivery().map(HostStanding::of).orElse(State.HOOKED);
    Optional<String> why = state == State.HOOKED ? Optional.empty() : trouble.or(view::problem);
    if (why.isPresent()) {
      return Optional.of(new HostStanding(inTrouble(state), Cause.BROKEN, words(view, why.get())));
    }
    return state == State.VERIFIED && !hooks
        ? Optional.empty()
        : Optional.of(new HostStanding(state, Cause.NOTHING, Optional.empty()));
  }

  /**
   * Of one that is not.
   *
   * @param found what limits it now
   * @return nothing while it is in between: not begun, checked, or being moved
   */
  static Optional<HostStanding> ofPart(TorrentSnapshot view, Doctor.Diagnosis found) {
    if (view.transfer().isEmpty()) {
      return view.problem()
          .map(why -> new HostStanding(State.FAILED, Cause.BROKEN, words(view, why)));
    }
    return switch (view.status().state()) {
      case CHECKING -> Optional.empty(); // nobody knows yet whether anything is missing
      case PAUSED, FAILED ->
          Optional.of(new HostStanding(State.FAILED, found.cause(), words(view, found)));
      case ASKING, QUEUED, DOWNLOADING, SEEDING ->
          Optional.of(new HostStanding(State.FETCHING, found.cause(), words(view, found)));
    };
  }

  private static State of(Delivery delivery) {
    return switch (delivery.stage()) {
      case FETCHING -> State.FETCHING;
      case PLACED -> State.VERIFIED;
      case DONE -> State.HOOKED;
    };
  }

  /** What is at its place is there, also where what is to be run then does not end well. */
  private static State inTrouble(State state) {
    return state == State.VERIFIED ? state : State.FAILED;
  }

  private static Optional<String> words(TorrentSnapshot view, Doctor.Diagnosis found) {
    return limits(found.cause()) ? words(view, found.sentence()) : Optional.empty();
  }

  /** Whether that is worth a word: to receive as much as others send is no trouble. */
  private static boolean limits(Cause cause) {
    return switch (cause) {
      case SOURCES, LEECHERS, NOBODY_WANTS, NOTHING -> false;
      default -> true;
    };
  }

  private static Optional<String> words(TorrentSnapshot view, String why) {
    return Optional.of(OutwardWords.of(why, view.record()));
  }

  /**
   * As it is told.
   *
   * @param held which pieces are here, if that is told, too
   */
  HostReport of(HostIdentity host, Optional<HeldPieces> held) {
    return new HostReport(host, state, reason, held);
  }
}
