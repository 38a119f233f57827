package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.Wanted;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one transfer is doing, and what it may do next. Each step is decided here at once, under
 * this object's monitor, which is never held across I/O; the {@link Transfer} does what follows.
 *
 * <p>It asks for the torrent itself if that is not known, is checked, then queued, then has a turn,
 * and with its turn it goes live: it downloads or seeds. It is paused by its owner, who takes its
 * turn, or by a failing disk, which leaves it.
 *
 * <p>Time is given, in monotonic nanoseconds. Safe for many threads.
 */
final class LifeCycle {
  private static final long FIRST_RETRY_SECONDS = 1;
  private static final long MAX_RETRY_SECONDS = 60;
  private static final long STARVED_NANOS = 30_000_000_000L;
  private static final int FEW_PEERS = 5;
  private static final long STALLED_NANOS = 60_000_000_000L;

  private final Predicate<Wanted> has;
  private final Ledger ledger;

  private State state = State.CHECKING;
  private Optional<String> problem = Optional.empty();
  private Wanted wanted;
  private boolean complete;
  private boolean active; // has its turn, and is not stopped
  private boolean stopped;
  private boolean held; // by its owner while its data is checked
  private boolean asks; // what it has to move is not known
  private @Nullable LiveTorrent live;
  private long retrySeconds = FIRST_RETRY_SECONDS;
  private long progressAt;
  private long hungryAt;

  /**
   * @param has whether all of what is wanted is verified
   * @param ledger learns of each live torrent
   */
  LifeCycle(Wanted wanted, Predicate<Wanted> has, Ledger ledger, long now) {
    this.wanted = wanted;
    this.has = has;
    this.ledger = ledger;
    progressAt = now;
    hungryAt = now;
  }

  /** How things stand at one moment. */
  record Standing(
      State state, Optional<String> problem, Wanted wanted, Optional<LiveTorrent> live) {}

  synchronized Standing standing() {
    return new Standing(state, problem, wanted, live());
  }

  synchronized Wanted wanted() {
    return wanted;
  }

  synchronized Optional<LiveTorrent> live() {
    return Optional.ofNullable(live);
  }

  /** Only its identity is known. */
  synchronized void ask() {
    asks = true;
    state = State.ASKING;
  }

  /** It is known what it moves, and what of that is wanted; its data is checked now. */
  synchronized void known(Wanted first) {
    asks = false;
    wanted = first;
    held = state == State.PAUSED;
    state = state == State.FAILED ? state : State.CHECKING;
  }

  /** It has all that is wanted. */
  synchronized boolean isComplete() {
    return complete;
  }

  /** It downloads, and nothing came for a while. */
  synchronized boolean isStalled(long now) {
    return state == State.DOWNLOADING && now - progressAt > STALLED_NANOS;
  }

  /** It wants something, has few peers, and did not ask for more lately. */
  synchronized boolean isHungry(int peers, long now) {
    boolean wants = state == State.DOWNLOADING || state == State.ASKING;
    boolean hungry = wants && peers < FEW_PEERS && now - hungryAt > STARVED_NANOS;
    hungryAt = hungry ? now : hungryAt;
    return hungry;
  }

  // ---- Its data ----

  /** It is known what is there; returns whether it queues for its turn. */
  synchronized boolean checked() {
    complete = has.test(wanted);
    state = held ? State.PAUSED : State.QUEUED;
    return !held && !stopped;
  }

  /** It ends by a problem that does not pass by itself. */
  synchronized void fail(String why) {
    state = State.FAILED;
    problem = Optional.of(why);
    active = false;
  }

  /** Another piece is verified. */
  synchronized void progressed(long now) {
    progressAt = now;
    retrySeconds = FIRST_RETRY_SECONDS;
  }

  /** The last wanted piece is verified; returns whether that was not so before. */
  synchronized boolean complete() {
    if (complete) {
      return false;
    }
    complete = true;
    state = isAtWork() ? State.SEEDING : state;
    return true;
  }

  /** Verified pieces were lost, which it may fetch again. */
  synchronized void lost() {
    complete &= has.test(wanted); // if it was not, that is for complete() to say
    state = isAtWork() ? work() : state;
  }

  /** Verified pieces were lost, and it goes on without. */
  synchronized void lostForGood(String told) {
    problem = Optional.of(told);
  }

  /**
   * Its state says so. Whether something is live does not: after a pause that lasts a moment
   * longer.
   */
  private boolean isAtWork() {
    return state == State.DOWNLOADING || state == State.SEEDING;
  }

  /** What it does when it is at work. */
  private State work() {
    return complete ? State.SEEDING : State.DOWNLOADING;
  }

  // ---- Its owner ----

  /** Something else is wanted; returns the live torrent, if there is one, that has to know. */
  synchronized Optional<LiveTorrent> want(Wanted next) {
    wanted = next;
    if (!isAtWork()) {
      complete = state != State.CHECKING && has.test(next);
      return Optional.empty();
    }
    complete &= has.test(next);
    state = work();
    return live();
  }

  /**
   * Returns whether it gives up its turn; while it is checked there is none. {@link #takeLive}
   * follows.
   */
  synchronized boolean pause() {
    held = state == State.CHECKING;
    if (held || state == State.FAILED) {
      return false;
    }
    state = State.PAUSED;
    active = false;
    problem = Optional.empty();
    return true;
  }

  /** What it takes to go on. */
  enum Resumed {
    /** Nothing: it was not paused. */
    NOT_PAUSED,
    /** It kept its turn when the disk failed, and may go live at once. */
    HAS_TURN,
    NEEDS_TURN,
    /** It asks on for the torrent itself. */
    ASKS
  }

  synchronized Resumed resume() {
    held = false;
    if (state != State.PAUSED) {
      return Resumed.NOT_PAUSED;
    }
    if (asks) {
      state = State.ASKING;
      return Resumed.ASKS;
    }
    state = State.QUEUED;
    return active ? Resumed.HAS_TURN : Resumed.NEEDS_TURN;
  }

  /** It must never go live again. {@link #takeLive} follows. */
  synchronized void stop() {
    stopped = true;
    active = false;
  }

  /** Whether it has its place in the queue: it has its turn, or waits for it. */
  synchronized boolean wantsTurn() {
    return !stopped && (active || state == State.QUEUED);
  }

  // ---- Its turn ----

  /** Its turn has come; returns whether it takes it: it may be paused since that was decided. */
  synchronized boolean takeTurn(long now) {
    if (stopped || state != State.QUEUED) {
      return false;
    }
    active = true;
    progressAt = now;
    return true;
  }

  /** Its turn is over; {@link #takeLive} follows. */
  synchronized void loseTurn() {
    state = active ? State.QUEUED : state;
    active = false;
  }

  synchronized boolean hasTurn() {
    return active;
  }

  /**
   * Goes live, if it may and is not.
   *
   * @param make called with the lock held: what is verified and wanted must not change before the
   *     live torrent can be told
   * @return whether it downloads or seeds, if it went live
   */
  synchronized Optional<State> goLive(Function<Wanted, LiveTorrent> make) {
    if (!active || live != null) {
      return Optional.empty();
    }
    live = make.apply(wanted);
    ledger.begin(live);
    complete = has.test(wanted);
    state = work();
    problem = Optional.empty();
    return Optional.of(state);
  }

  /** Nothing is live any more; returns what was, to be closed. */
  synchronized Optional<LiveTorrent> takeLive() {
    Optional<LiveTorrent> taken = live();
    live = null;
    ledger.end();
    return taken;
  }

  // ---- A failing disk ----

  /**
   * It pauses and keeps its turn.
   *
   * @param live to be closed
   * @param retrySeconds when to try again
   */
  record Break(Optional<LiveTorrent> live, long retrySeconds) {}

  /** Its disk failed; returns nothing if it is at rest anyway. */
  synchronized Optional<Break> breakOff(String why) {
    if (!active || state == State.PAUSED) {
      return Optional.empty();
    }
    state = State.PAUSED;
    problem = Optional.of(why);
    long wait = retrySeconds;
    retrySeconds = Math.min(MAX_RETRY_SECONDS, 2 * retrySeconds);
    return Optional.of(new Break(takeLive(), wait));
  }

  /** Returns whether to try again: nobody else did meanwhile, nor took its turn. */
  synchronized boolean retry() {
    if (state != State.PAUSED || !active) {
      return false;
    }
    state = State.QUEUED;
    return true;
  }
}
