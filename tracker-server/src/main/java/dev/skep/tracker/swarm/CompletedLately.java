package dev.skep.tracker.swarm;

/**
 * Who completed a download of one swarm lately: a client with an address in either family says
 * {@code completed} from both, and one that left may come back and say it again. It remembers the
 * last 16 for ten minutes.
 */
final class CompletedLately {
  /** Remembers nothing; stands in until a swarm has its first completed download. */
  static final CompletedLately NONE = new CompletedLately(0);

  private static final int REMEMBERED = 16;
  private static final int SECONDS = 600;
  private static final long ODD = 0x9e3779b97f4a7c15L;

  private final long[] ids;
  private final long[] addresses; // hashed; the lowest bit is the family
  private final int[] seconds;
  private int next;

  CompletedLately() {
    this(REMEMBERED);
  }

  private CompletedLately(int size) {
    ids = new long[size];
    addresses = new long[size];
    seconds = new int[size];
  }

  /**
   * Remembers who announced; false if its address, or its id at an address of the other family, was
   * remembered already.
   */
  boolean add(Announce said, int now) {
    // The letters in front say only which program it is, the last twelve bytes are random.
    long id = said.peerIdMiddle ^ ((long) said.peerIdLow << 17) ^ said.peerIdHigh;
    long address = address(said);
    for (int i = 0; i < ids.length; i++) {
      boolean lately = seconds[i] > 0 && now - (seconds[i] - 1) < SECONDS;
      boolean otherFamily = ((addresses[i] ^ address) & 1) != 0;
      if (lately && (addresses[i] == address || (ids[i] == id && otherFamily))) {
        return false;
      }
    }
    ids[next] = id;
    addresses[next] = address;
    seconds[next] = now + 1;
    next = (next + 1) % ids.length;
    return true;
  }

  private static long address(Announce said) {
    long mixed = ((said.addressHigh * 31 + said.addressLow) * ODD + said.port) * ODD;
    return (mixed & ~1L) | (said.fromIpv4() ? 1 : 0);
  }
}
