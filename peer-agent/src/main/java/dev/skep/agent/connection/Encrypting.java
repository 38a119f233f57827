package dev.skep.agent.connection;

import dev.skep.protocol.encryption.Encryption;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which handshakes this agent takes, and for whom it computes keys. That takes as long as many
 * blocks, and whoever can reach us can ask for it: so an address may have some handshakes under
 * way, and each that comes to nothing counts for a second or more. Bounded. Safe for many threads.
 */
public final class Encrypting {
  private static final int MOST_UNDER_WAY = 64;
  private static final long FORGIVEN_NANOS = 1_000_000_000L;
  private static final int MOST_ADDRESSES = 4096;

  /** How many more an address may begin, as of then. */
  private record Credit(int left, long at) {
    static Credit full(long now) {
      return new Credit(MOST_UNDER_WAY, now);
    }

    Credit then(long now) {
      long more = (now - at) / FORGIVEN_NANOS;
      return left + more >= MOST_UNDER_WAY
          ? full(now)
          : new Credit((int) (left + more), at + more * FORGIVEN_NANOS);
    }

    Credit plus(int more) {
      return new Credit(Math.min(MOST_UNDER_WAY, left + more), at);
    }
  }

  private final Encryption policy;
  private final LinkedHashMap<InetAddress, Credit> credits = new LinkedHashMap<>();
  private @Nullable SecureRandom random;

  public Encrypting(Encryption policy) {
    this.policy = policy;
  }

  Encryption policy() {
    return policy;
  }

  /** Of keys. Made when it is needed first: a short command does not pay for it. */
  synchronized RandomGenerator random() {
    if (random == null) {
      random = new SecureRandom();
    }
    return random;
  }

  /** Whether an encrypted handshake with this address may begin. */
  synchronized boolean begin(InetAddress with, long now) {
    Credit before = credits.remove(with);
    Credit credit = before == null ? Credit.full(now) : before.then(now);
    boolean may = credit.left() > 0;
    if (credits.size() >= MOST_ADDRESSES) {
      credits.pollFirstEntry();
    }
    credits.put(with, may ? credit.plus(-1) : credit);
    return may;
  }

  /** One that {@link #begin began} led to a connection. */
  synchronized void done(InetAddress with) {
    credits.computeIfPresent(with, (_, credit) -> credit.plus(1));
  }
}
