package dev.skep.agent.session;

import dev.skep.protocol.InfoHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * When the peers of each torrent are looked for in the DHT, which is also when its nodes are told
 * of us, who forget that after half an hour: every 12 to 15 minutes, and sooner as long as a
 * download gets nothing, each time after twice as long. Pure: time (monotonic nanoseconds) and
 * chance are given. Not thread-safe.
 */
final class DhtPace {
  private static final long SECOND = 1_000_000_000L;
  private static final long REPEAT_NANOS = 720 * SECOND;
  private static final long JITTER_NANOS = 180 * SECOND;
  private static final long FIRST_HUNGRY_NANOS = 10 * SECOND;
  private static final long LAST_HUNGRY_NANOS = 320 * SECOND;

  /** Of one torrent. */
  private static final class Turn {
    private boolean told;
    private long lastAt;
    private long nextAt;
    private long hungryPause = FIRST_HUNGRY_NANOS;
  }

  private final RandomGenerator random;
  private final Map<InfoHash, Turn> turns = new HashMap<>();

  DhtPace(RandomGenerator random) {
    this.random = random;
  }

  /** Forgets all others, which it returns. */
  List<InfoHash> keepOnly(Set<InfoHash> torrents) {
    List<InfoHash> others = turns.keySet().stream().filter(t -> !torrents.contains(t)).toList();
    others.forEach(turns::remove);
    return others;
  }

  /**
   * Whether it is time for this one; counts as done. A new one is due at once, and again when nodes
   * may be told of us for the first time.
   *
   * @param tells whether they may
   * @param hungry whether it is a download that gets nothing
   */
  boolean isDue(InfoHash torrent, boolean tells, boolean hungry, long now) {
    Turn turn = turns.get(torrent);
    boolean fresh = turn == null || (tells && !turn.told);
    if (turn == null) {
      turn = new Turn();
      turns.put(torrent, turn);
    }
    boolean starves = !fresh && hungry && now - turn.lastAt >= turn.hungryPause;
    boolean due = fresh || starves || now - turn.nextAt >= 0;
    if (due) {
      turn.told |= tells;
      turn.lastAt = now;
      turn.nextAt = now + REPEAT_NANOS + random.nextLong(JITTER_NANOS);
      turn.hungryPause =
          starves ? Math.min(2 * turn.hungryPause, LAST_HUNGRY_NANOS) : FIRST_HUNGRY_NANOS;
    }
    return due;
  }
}
