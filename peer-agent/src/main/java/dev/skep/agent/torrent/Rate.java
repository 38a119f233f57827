package dev.skep.agent.torrent;

/**
 * Counts bytes and knows how fast they come: an average that forgets with a half-life of two
 * seconds, and nothing at all when none came for five.
 */
final class Rate {
  private static final long STEP_NANOS = 250_000_000;
  private static final double HALF_LIFE_NANOS = 2e9;
  private static final long SILENCE_NANOS = 5_000_000_000L;

  private long totalBytes;
  private long stepBegan;
  private long stepBytes;
  private long cameAt;
  private double bytesPerNano;

  Rate(long now) {
    stepBegan = now;
    cameAt = now;
  }

  void add(int bytes, long now) {
    if (now - stepBegan >= STEP_NANOS) {
      close(now);
    }
    cameAt = now;
    totalBytes += bytes;
    stepBytes += bytes;
  }

  private void close(long now) {
    double elapsed = now - stepBegan;
    double kept = Math.pow(0.5, elapsed / HALF_LIFE_NANOS);
    bytesPerNano = bytesPerNano * kept + stepBytes / elapsed * (1 - kept);
    stepBegan = now;
    stepBytes = 0;
  }

  long totalBytes() {
    return totalBytes;
  }

  long bytesPerSecond(long now) {
    if (now - stepBegan >= STEP_NANOS) {
      close(now);
    }
    return now - cameAt < SILENCE_NANOS ? Math.round(bytesPerNano * 1e9) : 0;
  }
}
