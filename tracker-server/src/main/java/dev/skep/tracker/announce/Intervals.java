package dev.skep.tracker.announce;

import java.util.concurrent.ThreadLocalRandom;

/**
 * When peers are to come back: a tenth more or less at random, so that a restart does not return as
 * one wave for ever, and later when more comes in than the tracker should bear.
 */
final class Intervals {
  private static final int JITTER_DIVISOR = 10;

  private final AnnounceSettings settings;
  private final int minSeconds;
  private volatile int seconds;

  Intervals(AnnounceSettings settings) {
    this.settings = settings;
    this.minSeconds = Math.toIntExact(settings.minInterval().toSeconds());
    this.seconds = Math.toIntExact(settings.interval().toSeconds());
  }

  /** Takes in how many announces came per second of late. */
  void follow(double announcesPerSecond) {
    double stretch = Math.max(1, announcesPerSecond / settings.stretchAbovePerSecond());
    double stretched = settings.interval().toSeconds() * stretch;
    seconds = (int) Math.min(stretched, (double) settings.maxInterval().toSeconds());
  }

  /** The interval before any jitter. */
  int seconds() {
    return seconds;
  }

  int minSeconds() {
    return minSeconds;
  }

  /** An interval for one answer; never below the minimum. */
  int next() {
    int base = seconds;
    int spread = base / JITTER_DIVISOR;
    int jittered = base + ThreadLocalRandom.current().nextInt(-spread, spread + 1);
    return Math.max(minSeconds, jittered);
  }
}
