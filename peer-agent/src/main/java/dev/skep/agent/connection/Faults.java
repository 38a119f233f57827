package dev.skep.agent.connection;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs what has to go on whatever happens: a fault of ours in one turn is told and counted, and the
 * next turn comes. Everything that runs again and again goes through here. Safe for many threads.
 */
public final class Faults {
  private static final Logger LOG = System.getLogger(Faults.class.getName());

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * Runs one turn; false if it failed.
   *
   * @param what a fixed name, for logs and counters
   */
  public boolean guard(String what, Runnable turn) {
    try {
      turn.run();
      return true;
    } catch (RuntimeException | Error e) {
      count(what, e);
      return false;
    }
  }

  /** One more fault, for who has to do something about it. */
  void count(String what, Throwable e) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
    LOG.log(Level.ERROR, what + " failed by a fault in skep", e);
  }

  /** How many turns of each kind failed. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((what, count) -> all.put(what, count.sum()));
    return all;
  }
}
