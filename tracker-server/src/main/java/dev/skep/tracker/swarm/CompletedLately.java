package dev.skep.tracker.swarm;

import dev.skep.protocol.address.IpAddress;
import java.util.Arrays;

/**
 * Who completed a download of one swarm within the last ten minutes. A client with an address in
 * either family says {@code completed} from both, one that left may come back and say it again, and
 * one that lies may say it from every port it has: so a peer id counts once, from wherever it
 * comes, and an address (IPv6: a /64) so many times. It remembers the last {@value #MOST}.
 */
final class CompletedLately {
  /** Remembers nothing; stands in until a swarm has its first completed download. */
  static final CompletedLately NONE = new CompletedLately(0);

  /** How many are remembered, at most. */
  static final int MOST = 128;

  private static final int FEWEST = 4;
  private static final int SECONDS = 600;
  private static final int OWN_BYTES = 88;
  private static final int EACH_BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final long ODD = 0x9e3779b97f4a7c15L;

  private long[] ids;
  private long[] networks;
  private int[] seconds; // one more than the second in which it was; 0 where there is none
  private int next;

  CompletedLately() {
    this(FEWEST);
  }

  private CompletedLately(int size) {
    ids = new long[size];
    networks = new long[size];
    seconds = new int[size];
  }

  /**
   * Remembers who announced; false if its id was remembered already, or as many of its address as
   * may be.
   *
   * @param mostOfAddress 1 to {@value #MOST}
   */
  boolean add(Announce said, int mostOfAddress, int now) {
    // The letters in front say only which program it is, the last twelve bytes are random.
    long id = said.peerIdMiddle ^ ((long) said.peerIdLow << 17) ^ said.peerIdHigh;
    long network = IpAddress.network(said.addressHigh, said.addressLow) * ODD;
    int ofAddress = 0;
    for (int i = 0; i < ids.length; i++) {
      if (isLately(i, now)) {
        ofAddress += networks[i] == network ? 1 : 0;
        if (ids[i] == id || ofAddress >= mostOfAddress) {
          return false;
        }
      }
    }
    if (isLately(next, now) && ids.length < MOST) {
      grow();
    }
    ids[next] = id;
    networks[next] = network;
    seconds[next] = now + 1;
    next = (next + 1) % ids.length;
    return true;
  }

  private boolean isLately(int i, int now) {
    return seconds[i] > 0 && now - (seconds[i] - 1) < SECONDS;
  }

  /** Puts the oldest first, and room for as many more behind the newest. */
  private void grow() {
    int size = ids.length;
    ids = grown(ids);
    networks = grown(networks);
    int[] before = seconds;
    seconds = Arrays.copyOf(Arrays.copyOfRange(before, next, size), 2 * size);
    System.arraycopy(before, 0, seconds, size - next, next);
    next = size;
  }

  private long[] grown(long[] before) {
    int size = before.length;
    long[] after = Arrays.copyOf(Arrays.copyOfRange(before, next, size), 2 * size);
    System.arraycopy(before, 0, after, size - next, next);
    return after;
  }

  /** The heap that it takes. */
  int bytes() {
    return ids.length == 0 ? 0 : OWN_BYTES + ids.length * EACH_BYTES;
  }
}
