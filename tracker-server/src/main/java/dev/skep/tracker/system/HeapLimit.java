package dev.skep.tracker.system;

/**
 * What of HTTP the heap has room for beside swarms, which may take half of it: a quarter for
 * connections and a sixteenth for answers. The rest is for the program itself.
 */
public final class HeapLimit {
  private static final int CONNECTIONS_SHARE = 4;
  private static final int ANSWERS_SHARE = 16;

  /** One whose request has all the headers that it may have, and does not end. */
  private static final int CONNECTION_BYTES = 24 << 10;

  private HeapLimit() {}

  /**
   * Most connections at a time; at least 5.
   *
   * @param heapBytes the largest that the heap may become
   */
  public static int connections(long heapBytes) {
    return (int)
        Math.clamp(heapBytes / CONNECTIONS_SHARE / CONNECTION_BYTES, 5L, Integer.MAX_VALUE);
  }

  /**
   * Most bytes of answers that wait to be taken.
   *
   * @param heapBytes the largest that the heap may become
   */
  public static long answerBytes(long heapBytes) {
    return heapBytes / ANSWERS_SHARE;
  }
}
