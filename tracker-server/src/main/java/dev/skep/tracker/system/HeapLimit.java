package dev.skep.tracker.system;

/**
 * What of HTTP the heap has room for beside swarms, which may take half of it: a quarter for
 * connections, a sixteenth each for answers, known hosts and hosts of rollouts, an eighth for
 * .torrent files that are being registered. Not all of it is ever used at a time: a connection with
 * as much of a request as that holds no answer, and administrators seldom register while everything
 * else is full.
 */
public final class HeapLimit {
  private static final int CONNECTIONS_SHARE = 4;
  private static final int ANSWERS_SHARE = 16;
  private static final int UPLOADS_SHARE = 8;
  private static final int HOSTS_SHARE = 16;
  private static final int ROWS_SHARE = 16;

  /** One whose request has all the headers that it may have, and does not end. */
  private static final int CONNECTION_BYTES = 24 << 10;

  /** A .torrent file takes its bytes, those of its pieces, and its files while it is registered. */
  private static final int UPLOAD_TIMES = 4;

  /** A host of a rollout, with a reason. */
  private static final int ROW_BYTES = 600;

  /** The collector keeps so much of the heap for itself, of which the JVM does not tell. */
  private static final int UNTOLD_SHARE = 32;

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

  /** The heap that has room for so many connections. */
  public static long heapForConnections(int connections) {
    return (long) connections * CONNECTION_BYTES * CONNECTIONS_SHARE;
  }

  /**
   * Most bytes of answers that wait to be taken.
   *
   * @param heapBytes the largest that the heap may become
   */
  public static long answerBytes(long heapBytes) {
    return heapBytes / ANSWERS_SHARE;
  }

  /** The heap that has room for so many bytes of answers. */
  public static long heapForAnswers(long bytes) {
    return bytes * ANSWERS_SHARE;
  }

  /**
   * Most bytes of .torrent files that are being registered.
   *
   * @param heapBytes the largest that the heap may become
   */
  public static long uploadBytes(long heapBytes) {
    return heapBytes / UPLOADS_SHARE / UPLOAD_TIMES;
  }

  /** The heap that has room for so many bytes of .torrent files that are being registered. */
  public static long heapForUploads(long bytes) {
    return bytes * UPLOADS_SHARE * UPLOAD_TIMES;
  }

  /**
   * Most bytes of hosts that are known.
   *
   * @param heapBytes the largest that the heap may become
   */
  public static long hostBytes(long heapBytes) {
    return heapBytes / HOSTS_SHARE;
  }

  /** The heap that has room for so many bytes of hosts that are known. */
  public static long heapForHosts(long bytes) {
    return bytes * HOSTS_SHARE;
  }

  /**
   * Most hosts of all rollouts; at least 1.
   *
   * @param heapBytes the largest that the heap may become
   */
  public static int rolloutHosts(long heapBytes) {
    return (int) Math.clamp(heapBytes / ROWS_SHARE / ROW_BYTES, 1L, Integer.MAX_VALUE);
  }

  /** The heap that has room for so many hosts of all rollouts. */
  public static long heapForRolloutHosts(int hosts) {
    return (long) hosts * ROW_BYTES * ROWS_SHARE;
  }

  /** Whether a heap that was made so large is told to be {@code heapBytes}, or less. */
  public static boolean isEnough(long heapBytes, long needed) {
    return needed <= heapBytes + heapBytes / UNTOLD_SHARE;
  }
}
