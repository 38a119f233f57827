package dev.skep.agent.torrent;

/**
 * How many requests to keep outstanding at one peer.
 *
 * <p>As many as the peer answers in the path's own delay plus {@code queueTime}. Fewer would leave
 * the link idle; more would only wait at the peer, where they make the choice of blocks stale, and
 * a swarm slow. It changes once per round trip, at most by a factor of two: a link is full after a
 * few round trips.
 */
final class Window {
  private static final long EPOCH_NANOS = 10_000_000_000L;
  private static final int START = 8;
  private static final double STILL_GROWING = 1.25;

  private final long queueNanos;
  private final int min;
  private final int most;
  private int max;
  private double size;
  private int delivered;

  private int roundEnds; // over when a request is answered that was made after so many deliveries
  private double bestPerNano; // the highest rate seen in this round
  private double bestBefore; // in the round before
  private boolean starting = true; // each round was faster than the one before
  private boolean full; // in this round as much was outstanding as the window allows

  private long epochBegan;
  private long shortestNanos = Long.MAX_VALUE;
  private long shortestBefore = Long.MAX_VALUE;

  /**
   * @param stretches see {@link Capabilities}
   */
  Window(TorrentSettings settings, boolean stretches, long now) {
    queueNanos = (stretches ? settings.stretchTime() : settings.queueTime()).toNanos();
    min = settings.minWindow();
    most = settings.maxWindow();
    max = most;
    size = Math.clamp(START, min, max);
    roundEnds = (int) size;
    epochBegan = now;
  }

  int size() {
    return (int) size;
  }

  /** For how many blocks in a nanosecond it is as large as it is. */
  double perNano() {
    return size / ((double) Math.min(shortestNanos, shortestBefore) + queueNanos);
  }

  /** It would be larger if the peer, or we, let more requests wait. */
  boolean isAtItsMost() {
    return size >= max;
  }

  /** The most requests the peer lets wait: {@code reqq} of its extension handshake. */
  void limit(int requests) {
    max = Math.clamp(requests, 1, most);
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
    bestPerNano = Math.max(bestPerNano, (double) (delivered - deliveredThen) / delay);
    full |= outstanding >= (int) size;
    // What is asked for at the start comes back in bursts: there a round is a window full.
    if ((starting ? delivered : deliveredThen) >= roundEnds) {
      endRound();
    }
    if (now - epochBegan >= EPOCH_NANOS) {
      lookAgain(now);
    }
  }

  private void endRound() {
    starting &= bestPerNano > bestBefore * STILL_GROWING;
    double delays = starting ? 2 : 1.25; // some more than the path's delay, so that growth shows
    double wanted = bestPerNano * (delays * Math.min(shortestNanos, shortestBefore) + queueNanos);
    // A window that was never full shows less than what the peer can do.
    if (wanted > size || full) {
      resize(Math.clamp(wanted, size / 2, size * 2));
    }
    roundEnds = starting ? delivered + (int) size : delivered;
    bestBefore = bestPerNano;
    bestPerNano = 0;
    full = false;
  }

  private void resize(double wanted) {
    size = Math.clamp(wanted, Math.min(min, max), max);
  }

  /**
   * The path may have changed: forget the shortest delay of long ago, and drain our queue to see a
   * fresh one.
   */
  private void lookAgain(long now) {
    epochBegan = now;
    shortestBefore = shortestNanos;
    shortestNanos = Long.MAX_VALUE;
    resize(size / 2);
  }
}
