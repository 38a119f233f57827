package dev.skep.agent.session.peers;

import dev.skep.protocol.Endpoint;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Our own address of each family as others see it, and by it the order in which to dial (BEP 40). A
 * tracker's word counts (BEP 24), and that of two peers that agree (BEP 10). Until one is known a
 * salt stands for it: else all agents, which know as little, would dial the same peers first.
 *
 * <p>Safe for many threads.
 */
public final class OwnAddresses {
  private static final int MAX_WITNESSES = 16;

  /** Of one family. */
  private static final class Family {
    private @Nullable InetAddress own;

    /** What each of the last few peers saw. */
    private final Map<InetAddress, InetAddress> seen = new LinkedHashMap<>();
  }

  private final Endpoint bound;
  private final int salt;
  private final Family four = new Family();
  private final Family six = new Family();
  private int changes;

  /**
   * Knows where we listen.
   *
   * @param bound the wildcard address says nothing
   * @param salt a random number
   */
  public OwnAddresses(Endpoint bound, int salt) {
    this.bound = bound;
    this.salt = salt;
    if (!bound.address().isAnyLocalAddress()) {
      family(bound.address()).own = bound.address();
    }
  }

  private Family family(InetAddress address) {
    return address instanceof Inet4Address ? four : six;
  }

  /** A tracker saw us at this address. */
  public synchronized void seenByTracker(InetAddress us) {
    change(us);
  }

  /** A peer saw us at this address. */
  public synchronized void seenByPeer(InetAddress peer, InetAddress us) {
    Map<InetAddress, InetAddress> seen = family(us).seen;
    seen.remove(peer);
    if (seen.size() >= MAX_WITNESSES) {
      seen.remove(seen.keySet().iterator().next());
    }
    boolean agrees = seen.containsValue(us);
    seen.put(peer, us);
    if (agrees) {
      change(us);
    }
  }

  private void change(InetAddress us) {
    boolean plausible =
        !us.isAnyLocalAddress() && !us.isMulticastAddress() && !us.isLoopbackAddress();
    if (plausible && !us.equals(family(us).own)) {
      family(us).own = us;
      changes++;
    }
  }

  /** Goes up whenever one of the addresses changes. */
  public synchronized int changes() {
    return changes;
  }

  /** Our address as peers of this family see it. */
  public synchronized Optional<InetAddress> of(Class<? extends InetAddress> family) {
    return Optional.ofNullable(family == Inet6Address.class ? six.own : four.own);
  }

  /** Whether this is where we listen ourselves. */
  public synchronized boolean isSelf(Endpoint at) {
    return at.equals(bound)
        || (at.port() == bound.port() && at.address().equals(family(at.address()).own));
  }

  /**
   * Low ones first. Both ends of a connection compute the same number once they know themselves.
   */
  public synchronized int rank(Endpoint at) {
    InetAddress own = family(at.address()).own;
    return own == null
        ? Integer.rotateLeft((at.hashCode() ^ salt) * 0x9E3779B9, 15) * 0x85EBCA6B
        : priority(own, bound.port(), at.address(), at.port());
  }

  /** CRC-32C of the two addresses, masked the more the farther they are apart, lower one first. */
  public static int priority(InetAddress a, int aPort, InetAddress b, int bPort) {
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
