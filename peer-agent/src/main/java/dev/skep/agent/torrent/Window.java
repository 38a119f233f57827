package dev.skep.agent.torrent;

/**
 * How many requests to keep outstanding at one peer.
 *
 * <p>As many as the peer answers in the path's own delay plus {@code queueTime}. Fewer would leave
 * the link idle; more would only wait at the peer, where they make the choice of blocks stale, and
 * a swarm slow. While requests come back without queueing the window doubles each round trip, so a
 * link is full after a few of them.
 */
final class Window {
  private static final long EPOCH_NANOS = 10_000_000_000L;
  private static final int START = 8;

  private final long queueNanos;
  private final int min;
  private int max;
  private double size;
  private int delivered;
  private long epochBegan;
  private long shortestNanos = Long.MAX_VALUE;
  private long shortestBefore = Long.MAX_VALUE;

  Window(TorrentSettings settings, long now) {
    queueNanos = settings.queueTime().toNanos();
    min = settings.minWindow();
    max = settings.maxWindow();
    size = Math.clamp(START, min, max);
    epochBegan = now;
  }

  int size() {
    return (int) size;
  }

  /** The most requests the peer lets wait: {@code reqq} of its extension handshake. */
  void limit(int requests) {
    max = Math.max(1, Math.min(max, requests));
    size = Math.min(size, max);
  }

  /** Blocks delivered so far; to be remembered with each request. */
  int delivered() {
    return delivered;
  }

  /**
   * A block arrived.
   *
   * @param deliveredThen {@link #delivered} when it was asked for
   * @param outstanding requests that were outstanding until now
   */
  void arrived(long askedAt, int deliveredThen, int outstanding, long now) {
    delivered++;
    long delay = Math.max(1, now - askedAt);
    shortestNanos = Math.min(shortestNanos, delay);
    long shortest = Math.min(shortestNanos, shortestBefore);
    double wanted = (delivered - deliveredThen) * (double) (shortest + queueNanos) / delay;
    boolean full = outstanding >= size * 0.75;
    if (wanted > size || full) { // a window that was not full shows less than what the peer can do
      size = Math.clamp(size + Math.clamp((wanted - size) / size, -1, 1), Math.min(min, max), max);
    }
    if (now - epochBegan >= EPOCH_NANOS) {
      lookAgain(now);
    }
  }

  /**
   * The path may have changed: forget the shortest delay of long ago, and drain our queue to see a
   * fresh one.
   */
  private void lookAgain(long now) {
    epochBegan = now;
    shortestBefore = shortestNanos;
    shortestNanos = Long.MAX_VALUE;
    size = Math.max(Math.min(min, max), size / 2);
  }
}
