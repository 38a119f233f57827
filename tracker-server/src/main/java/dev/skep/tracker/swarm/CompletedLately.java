package dev.skep.tracker.swarm;

/**
 * The peer ids whose completed downloads one swarm counted lately: a client with two addresses says
 * {@code completed} from both. It remembers the last 16 for ten minutes.
 */
final class CompletedLately {
  /** Remembers nothing; stands in until a swarm has its first completed download. */
  static final CompletedLately NONE = new CompletedLately(0);

  private static final int REMEMBERED = 16;
  private static final int SECONDS = 600;

  private final long[] ids;
  private final int[] seconds;
  private int next;

  CompletedLately() {
    this(REMEMBERED);
  }

  private CompletedLately(int size) {
    ids = new long[size];
    seconds = new int[size];
  }

  /** Remembers who announced; false if it was remembered already. */
  boolean add(Announce said, int now) {
    // The letters in front say only which program it is, the last twelve bytes are random.
    long id = said.peerIdMiddle ^ ((long) said.peerIdLow << 17) ^ said.peerIdHigh;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id && seconds[i] > 0 && now - (seconds[i] - 1) < SECONDS) {
        return false;
      }
    }
    ids[next] = id;
    seconds[next] = now + 1;
    next = (next + 1) % ids.length;
    return true;
  }
}
