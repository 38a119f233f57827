package dev.skep.tracker.swarm;

import dev.skep.protocol.BigEndian;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.RowLayout;
import dev.skep.tracker.swarm.rows.UploadClass;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws the peers that an answer names, without replacement and in time proportional to how many
 * are wanted, whatever the size of the swarm.
 *
 * <p>It visits rows {@code start + i·step modulo p} for the smallest prime of a fixed table that is
 * not below the number of candidates, leaving out what lies beyond them. As start and step are
 * random, every candidate is equally likely, and every pair of them nearly so (in a small swarm
 * some pairs come up to half as often again as others); nothing has to be remembered to keep the
 * drawn ones apart; and the rows to read are known ahead, so that cache misses overlap.
 *
 * <p>Guarded by the lock of its stripe.
 */
final class PeerSampler {
  /** Rows visited per peer wanted, at most; only expired rows make that many necessary. */
  private static final int MOST_VISITS_PER_PEER = 8;

  private static final int FAR = 2;

  private final PeerPreference preference;
  private final int timeoutSeconds;
  private final long[] scored;
  private long randomState;

  PeerSampler(PeerPreference preference, int timeoutSeconds, long seed) {
    this.preference = preference;
    this.timeoutSeconds = timeoutSeconds;
    this.randomState = seed;
    this.scored =
        preference instanceof PeerPreference.Uniform
            ? new long[0]
            : new long[2 * Announce.MAX_PEERS];
  }

  /**
   * Hands out peers from row {@code from} on.
   *
   * @param self the asker's own row, left out; -1 if it has none here
   * @param want how many are wanted, at most
   */
  void draw(PeerRows peers, int from, int self, int want, int now, Announce asker, Handout out) {
    if (preference instanceof PeerPreference.Uniform || peers.size() - from <= want) {
      visit(peers, from, self, want, now, out);
      return;
    }
    int candidates = visit(peers, from, self, Math.min(2 * want, scored.length), now, null);
    for (int i = 0; i < candidates; i++) {
      int row = (int) scored[i];
      scored[i] = ((long) rank(peers, row, asker) << 32) | row;
    }
    Arrays.sort(scored, 0, candidates);
    for (int i = 0; i < Math.min(want, candidates); i++) {
      int row = (int) scored[i];
      out.add(peers.array(row), peers.at(row), peers.layout().id());
    }
  }

  /** The stalest of a few rows drawn at random: the one to give way when there is no more room. */
  int stalest(PeerRows peers, int now) {
    int stalest = below(peers.size());
    for (int i = 1; i < 8; i++) {
      int row = below(peers.size());
      if (peers.age(row, now) > peers.age(stalest, now)) {
        stalest = row;
      }
    }
    return stalest;
  }

  /**
   * Visits rows in random order until {@code want} are taken: to {@code out}, or else to the score
   * board. Nothing is read that need not be, so that the processor waits for many rows at once.
   */
  private int visit(PeerRows peers, int from, int self, int want, int now, @Nullable Handout out) {
    int candidates = peers.size() - from;
    if (candidates <= 0 || want <= 0) {
      return 0;
    }
    RowLayout layout = peers.layout();
    int stride = layout.stride();
    boolean ipv4 = layout.ipv4();
    byte[][] segments = peers.segments();
    byte[] only = peers.onlySegment();
    int prime = Primes.notBelow(candidates);
    int step = 1 + below(prime - 1);
    int at = below(prime);
    int taken = 0;
    int visits = Math.min(prime, MOST_VISITS_PER_PEER * (want + 4));
    for (int i = 0; i < visits && taken < want; i++) {
      int row = from + at;
      if (at < candidates && row != self) {
        byte[] array = segments.length == 0 ? only : segments[PeerRows.segment(row)];
        int offset = PeerRows.placeInSegment(row) * stride;
        if (ipv4 && out != null) {
          long head = BigEndian.longAt(array, offset);
          if (RowLayout.ageOf((short) head, now) <= timeoutSeconds) {
            out.addIpv4(head, array, offset, layout.id());
            taken++;
          }
        } else if (layout.age(array, offset, now) <= timeoutSeconds) {
          if (out == null) {
            scored[taken] = row;
          } else {
            out.add(array, offset, layout.id());
          }
          taken++;
        }
      }
      at += step;
      if (at >= prime) {
        at -= prime;
      }
    }
    return taken;
  }

  /** Lower is better; never negative. */
  private int rank(PeerRows peers, int row, Announce asker) {
    return switch (preference) {
      case PeerPreference.Uniform _ -> 0;
      case PeerPreference.Uploaders _ -> {
        // Efraimidis and Spirakis: the smallest of these are a weighted sample without replacement.
        double uniform = ((nextRandom() >>> 11) + 1) * 0x1p-53;
        float key = (float) (-Math.log(uniform) / UploadClass.weight(peers.uploadClass(row)));
        yield Float.floatToRawIntBits(key);
      }
      case PeerPreference.Near near -> {
        int distance = below(4) == 0 ? 0 : distance(peers.address(row), asker, near.zones());
        yield (distance << 28) | below(1 << 28);
      }
    };
  }

  private static int distance(IpAddress peer, Announce asker, List<List<Cidr>> zones) {
    int networkBits = peer.isIpv4() ? 96 + 24 : 64;
    if (new Cidr(peer, networkBits).contains(asker.addressHigh, asker.addressLow)) {
      return 0;
    }
    for (List<Cidr> zone : zones) {
      if (holds(zone, peer) && holds(zone, asker.address())) {
        return 1;
      }
    }
    return FAR;
  }

  private static boolean holds(List<Cidr> zone, IpAddress address) {
    for (Cidr block : zone) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** A number from 0 to {@code bound - 1}; the bias is below {@code bound / 2^32}. */
  int below(int bound) {
    return (int) (((nextRandom() >>> 32) * bound) >>> 32);
  }

  /** SplitMix64: a few instructions, and good enough to share peers out. */
  private long nextRandom() {
    long z = randomState += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
