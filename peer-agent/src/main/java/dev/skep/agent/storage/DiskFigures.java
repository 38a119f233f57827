package dev.skep.agent.storage;

/**
 * What the disk workers and checks did since the start. Counted once for each job, piece and check,
 * never for a block. Safe for many threads.
 */
public final class DiskFigures {
  /**
   * How things stand.
   *
   * @param waiting jobs that no worker has taken up yet
   * @param jobs done
   * @param busyNanos that workers took for them, added up
   * @param goodPieces that came and matched their hash
   * @param goodBytes their length
   * @param badPieces that came and did not
   * @param hashNanos of the time of jobs, for hashing what came
   * @param readBackBytes of it that were written before their turn, and read again to be hashed
   * @param checkedBytes of data on disk that were compared with a torrent
   */
  public record Seen(
      int waiting,
      long jobs,
      long busyNanos,
      long goodPieces,
      long goodBytes,
      long badPieces,
      long hashNanos,
      long readBackBytes,
      long checkedBytes) {
    public static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private long jobs;
  private long busyNanos;
  private long goodPieces;
  private long goodBytes;
  private long badPieces;
  private long hashNanos;
  private long readBackBytes;
  private long checkedBytes;

  synchronized void jobDone(long tookNanos) {
    jobs++;
    busyNanos += tookNanos;
  }

  synchronized void pieceDone(boolean good, int lengthBytes, long tookNanos, long readAgainBytes) {
    goodPieces += good ? 1 : 0;
    goodBytes += good ? lengthBytes : 0;
    badPieces += good ? 0 : 1;
    hashNanos += tookNanos;
    readBackBytes += readAgainBytes;
  }

  /** Data on disk was compared with a torrent. */
  public synchronized void checked(long bytes) {
    checkedBytes += bytes;
  }

  synchronized Seen seen(int waiting) {
    return new Seen(
        waiting,
        jobs,
        busyNanos,
        goodPieces,
        goodBytes,
        badPieces,
        hashNanos,
        readBackBytes,
        checkedBytes);
  }
}
