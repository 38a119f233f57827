package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts why connections ended. The names are few and fixed, whatever strangers send. */
public final class Drops {
  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** How a connection ended, for logs and counters. */
  public record Why(String name, String detail) {
    private static final String OTHER_HANDSHAKE = "handshake_encrypted";
    private static final String HUNG_UP = "handshake_hung_up";

    static Why of(Reason reason, String detail) {
      return new Why(label(reason), detail);
    }

    static Why of(Refused refused) {
      return new Why("refused_" + label(refused.kind()), String.valueOf(refused.getMessage()));
    }

    static Why of(Misconduct misconduct) {
      return new Why(
          "misconduct_" + label(misconduct.kind()), String.valueOf(misconduct.getMessage()));
    }

    /** Whether the peer broke the protocol, or sent data that is not the torrent's. */
    public boolean isMisconduct() {
      return name.startsWith("misconduct")
          || name.equals(label(Reason.UNREQUESTED_BLOCKS))
          || name.equals(label(Reason.CORRUPT_DATA));
    }

    /** Whether the peer was this agent itself. */
    public boolean isSelf() {
      return name.equals("refused_" + label(Refused.Kind.SELF));
    }

    /** A peer began with bytes that are no handshake of ours. */
    static Why otherHandshake(String detail) {
      return new Why(OTHER_HANDSHAKE, detail);
    }

    /** A peer that we dialled was gone as soon as it had our handshake. */
    static Why hungUp(String detail) {
      return new Why(HUNG_UP, detail);
    }

    /** Whether the peer, an honest one it may be, tried another handshake: an encrypted one. */
    public boolean isOtherHandshake() {
      return name.equals(OTHER_HANDSHAKE);
    }

    /** Whether the peer was gone as soon as it had our handshake. */
    public boolean isHungUp() {
      return name.equals(HUNG_UP);
    }

    /** Whether the torrent or the agent stopped. */
    public boolean isOurStop() {
      return name.equals(label(Reason.STOPPED));
    }

    private static String label(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }
  }

  /** One more connection ended so. */
  public void count(Why why) {
    counts.computeIfAbsent(why.name(), _ -> new LongAdder()).increment();
  }

  /** How many ended for each reason that occurred, by name. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, count) -> all.put(name, count.sum()));
    return all;
  }
}
