package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BString;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What was asked and is not answered yet, and how much more may be asked now. */
final class Questions {
  /** So many are asked in a second, and as many at once after a pause. */
  static final int PER_SECOND = 100;

  private static final long EACH_NANOS = 1_000_000_000L / PER_SECOND;
  private static final long LATE_NANOS = 1_000_000_000L;
  private static final long LOST_NANOS = 3_000_000_000L;
  private static final int MOST = 1_000;

  /** One of them. */
  static final class Asked {
    private final Endpoint to;
    private final Optional<Lookup> lookup;
    private final long at;
    private boolean late;

    Asked(Endpoint to, Optional<Lookup> lookup, long at) {
      this.to = to;
      this.lookup = lookup;
      this.at = at;
    }

    Endpoint to() {
      return to;
    }

    /** For which lookup. */
    Optional<Lookup> lookup() {
      return lookup;
    }
  }

  private final RandomGenerator random;
  private final LinkedHashMap<Integer, Asked> all = new LinkedHashMap<>();
  private long paidAt;

  Questions(RandomGenerator random, long now) {
    this.random = random;
    paidAt = now - PER_SECOND * EACH_NANOS;
  }

  /** How many more may be asked now. */
  int left(long now) {
    long free = (now - paidAt) / EACH_NANOS;
    return Math.clamp(free, 0, Math.min(PER_SECOND, MOST - all.size()));
  }

  /** One more; returns by what its answer is known: a number that nobody can guess. */
  BString ask(Endpoint to, Optional<Lookup> lookup, long now) {
    int number = random.nextInt();
    while (all.containsKey(number)) {
      number = random.nextInt();
    }
    all.put(number, new Asked(to, lookup, now));
    paidAt = Math.max(paidAt, now - PER_SECOND * EACH_NANOS) + EACH_NANOS;
    return BString.of(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  /** Which one is answered, which is one no more; empty if none was asked there. */
  Optional<Asked> answered(Endpoint by, BString transaction) {
    if (transaction.length() != Integer.BYTES) {
      return Optional.empty();
    }
    int number = transaction.asBuffer().getInt();
    Asked asked = all.get(number);
    if (asked == null || !asked.to.equals(by)) {
      return Optional.empty();
    }
    all.remove(number);
    return Optional.of(asked);
  }

  boolean isAsked(Endpoint at) {
    return all.values().stream().anyMatch(asked -> asked.to.equals(at));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Tells once of each that is late, and of each that is lost, which is one no more. */
  void look(long now, Consumer<Asked> late, Consumer<Asked> lost) {
    for (Map.Entry<Integer, Asked> each : List.copyOf(all.entrySet())) {
      Asked asked = each.getValue();
      if (now - asked.at < LATE_NANOS) {
        return; // they are in the order of time
      }
      if (now - asked.at >= LOST_NANOS) {
        all.remove(each.getKey());
        lost.accept(asked);
      } else if (!asked.late) {
        asked.late = true;
        late.accept(asked);
      }
    }
  }
}
