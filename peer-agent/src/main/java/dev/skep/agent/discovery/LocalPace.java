package dev.skep.agent.discovery;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.LocalAnnounce;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * When to say which torrents to the local network (BEP 14): each every five minutes, a new one
 * soon, one that a newcomer asks about soon too, and none more often than once a minute. Pure: time
 * (monotonic nanoseconds) and chance are given. Not thread-safe.
 */
final class LocalPace {
  private static final long SECOND = 1_000_000_000L;
  private static final long REPEAT_NANOS = 300 * SECOND;
  private static final long LEAST_NANOS = 60 * SECOND;

  /** All who hear the same do not answer at the same moment. */
  private static final long JITTER_NANOS = SECOND;

  private static final int MOST_HEARD = 2_000;

  /** When one torrent was said last, and is said next. */
  private static final class Turn {
    private long lastAt;
    private long nextAt;
  }

  /** A neighbour that has a torrent. */
  private record Neighbour(InfoHash infoHash, Endpoint at) {}

  private final RandomGenerator random;
  private final Map<InfoHash, Turn> turns = new LinkedHashMap<>();
  private final Map<Neighbour, Long> heard = new LinkedHashMap<>();

  LocalPace(RandomGenerator random) {
    this.random = random;
  }

  /** These are to be said from now on, and no others. */
  void say(Collection<InfoHash> all, long now) {
    Set<InfoHash> kept = new HashSet<>(all);
    turns.keySet().retainAll(kept);
    for (InfoHash infoHash : kept) {
      turns.computeIfAbsent(infoHash, _ -> first(now));
    }
  }

  private Turn first(long now) {
    Turn turn = new Turn();
    turn.lastAt = now - REPEAT_NANOS;
    turn.nextAt = now;
    return turn;
  }

  /** There is a network where nothing was said yet. */
  void beginAgain(long now) {
    turns.values().forEach(turn -> turn.nextAt = Math.min(turn.nextAt, soon(now)));
  }

  /**
   * A neighbour said that it has this torrent.
   *
   * @return whether that is ours too
   */
  boolean heard(InfoHash infoHash, Endpoint at, long now) {
    Turn turn = turns.get(infoHash);
    if (turn == null) {
      return false;
    }
    Long before = heard.remove(new Neighbour(infoHash, at));
    if (heard.size() >= MOST_HEARD) {
      heard.remove(heard.keySet().iterator().next());
    }
    heard.put(new Neighbour(infoHash, at), now);
    if (before == null || now - before > 2 * REPEAT_NANOS) {
      long answer = Math.max(soon(now), turn.lastAt + LEAST_NANOS);
      turn.nextAt = Math.min(turn.nextAt, answer);
    }
    return true;
  }

  private long soon(long now) {
    return now + random.nextLong(JITTER_NANOS);
  }

  /** What is to be said now, as much as one message holds; it counts as said. */
  List<InfoHash> due(long now) {
    List<InfoHash> due = new ArrayList<>();
    for (Map.Entry<InfoHash, Turn> each : turns.entrySet()) {
      Turn turn = each.getValue();
      if (due.size() < LocalAnnounce.MOST_HASHES && now - turn.nextAt >= 0) {
        turn.lastAt = now;
        turn.nextAt = now + REPEAT_NANOS - random.nextLong(REPEAT_NANOS / 10);
        due.add(each.getKey());
      }
    }
    return due;
  }
}
