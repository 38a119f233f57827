package dev.skep.agent.session;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that one torrent knows, and which of them to dial next: local ones first, then in
 * the order that both sides of a connection agree on (BEP 40), each again only after a pause that
 * doubles with every failure. Bounded. Time and chance are given. Safe for many threads.
 */
final class PeerBook {
  private static final int MAX_ENTRIES = 2000;
  private static final int MAX_FAILURES = 6;
  private static final long FIRST_PAUSE_NANOS = 2_000_000_000L;

  private static final class Entry {
    private final Endpoint at;
    private final boolean kept;
    private final boolean local;
    private int rank;
    private int failures;
    private long notBefore;
    private boolean busy;

    Entry(Endpoint at, boolean kept, boolean local, int rank, long now) {
      this.at = at;
      this.kept = kept;
      this.local = local;
      this.rank = rank;
      notBefore = now;
    }
  }

  private Endpoint self;
  private final Predicate<Endpoint> local;
  private final RandomGenerator random;
  private final Map<Endpoint, Entry> entries = new HashMap<>();

  /**
   * @param self our own address and port as far as we know them
   * @param local which addresses are on the local network
   */
  PeerBook(Endpoint self, Predicate<Endpoint> local, RandomGenerator random) {
    this.self = self;
    this.local = local;
    this.random = random;
  }

  /**
   * Adds addresses that are not known yet.
   *
   * @param keep whether to go on trying however often they fail: somebody asked for them by name
   */
  synchronized void add(Collection<Endpoint> found, boolean keep, long now) {
    for (Endpoint at : found) {
      boolean dialable =
          at.port() > 0 && !at.address().isAnyLocalAddress() && !at.address().isMulticastAddress();
      if (dialable && !at.equals(self) && entries.size() < MAX_ENTRIES) {
        entries.computeIfAbsent(at, _ -> new Entry(at, keep, local.test(at), rank(at), now));
      }
    }
  }

  /** Others see us at this address: now both ends of a connection give it the same rank. */
  synchronized void seenAt(InetAddress address) {
    self = new Endpoint(address, self.port());
    entries.remove(self);
    entries.values().forEach(entry -> entry.rank = rank(entry.at));
  }

  /** The best address that may be dialled now, taken until {@link #done}; or null. */
  synchronized @Nullable Endpoint take(long now) {
    Entry best = null;
    for (Entry entry : entries.values()) {
      if (!entry.busy && now - entry.notBefore >= 0 && (best == null || isBetter(entry, best))) {
        best = entry;
      }
    }
    if (best == null) {
      return null;
    }
    best.busy = true;
    return best.at;
  }

  private static boolean isBetter(Entry a, Entry b) {
    if (a.failures != b.failures) {
      return a.failures < b.failures;
    }
    if (a.local != b.local) {
      return a.local;
    }
    return Integer.compareUnsigned(a.rank, b.rank) < 0;
  }

  /** How a dial, or the connection that it led to, ended. */
  enum End {
    /** The peer could not be reached, or did not want us. */
    REFUSED,
    /** A connection was made, and no block moved. */
    USELESS,
    /** Blocks moved. */
    USEFUL,
    /** We ended it ourselves and may want it again. */
    OURS
  }

  /** The connection to this address is over, or never came about. */
  synchronized void done(Endpoint at, End end, long now) {
    Entry entry = entries.get(at);
    if (entry == null) {
      return;
    }
    entry.busy = false;
    switch (end) {
      case OURS -> entry.notBefore = now;
      case USEFUL -> {
        entry.failures = 0;
        pause(entry, FIRST_PAUSE_NANOS, now);
      }
      case REFUSED, USELESS -> {
        pause(entry, FIRST_PAUSE_NANOS << Math.min(entry.failures, MAX_FAILURES), now);
        if (++entry.failures > MAX_FAILURES && !entry.kept) {
          entries.remove(at);
        }
      }
    }
  }

  /** This address leads to ourselves, or to somebody we will not talk to. */
  synchronized void forget(Endpoint at) {
    Entry entry = entries.get(at);
    if (entry != null) {
      // Kept as busy: so it is not added again.
      entry.busy = true;
    }
  }

  private void pause(Entry entry, long nanos, long now) {
    entry.notBefore = now + nanos + random.nextLong(nanos / 4 + 1);
  }

  synchronized int size() {
    return entries.size();
  }

  /** BEP 40: both ends compute the same number, and each prefers low ones. */
  private int rank(Endpoint at) {
    byte[] ours = self.address().getAddress();
    byte[] theirs = at.address().getAddress();
    if (ours.length != theirs.length) {
      return at.hashCode();
    }
    return priority(self.address(), self.port(), at.address(), at.port());
  }

  /** CRC-32C of the two addresses, masked the more the farther they are apart, lower one first. */
  static int priority(InetAddress a, int aPort, InetAddress b, int bPort) {
    byte[] first = a.getAddress();
    byte[] second = b.getAddress();
    if (Arrays.equals(first, second)) {
      first = new byte[] {(byte) (aPort >> 8), (byte) aPort};
      second = new byte[] {(byte) (bPort >> 8), (byte) bPort};
    } else {
      mask(first, second);
    }
    boolean inOrder = Arrays.compareUnsigned(first, second) <= 0;
    CRC32C crc = new CRC32C();
    crc.update(inOrder ? first : second);
    crc.update(inOrder ? second : first);
    return (int) crc.getValue();
  }

  /** 255.255.85.85, or more where the networks are the same; twice as long for IPv6. */
  private static void mask(byte[] a, byte[] b) {
    int wide = a.length == 4 ? 2 : 6;
    int kept = wide;
    while (kept < wide + 2 && Arrays.equals(a, 0, kept, b, 0, kept)) {
      kept++;
    }
    for (int i = kept; i < a.length; i++) {
      a[i] &= 0x55;
      b[i] &= 0x55;
    }
  }
}
