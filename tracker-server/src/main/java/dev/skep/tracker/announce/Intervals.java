package dev.skep.tracker.announce;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * When peers are to come back: a tenth more or less at random, so that a restart does not return as
 * one wave for ever, and later when more comes in than the tracker should bear.
 */
final class Intervals {
  private static final int JITTER_DIVISOR = 10;

  private final AnnounceSettings settings;
  private final int minSeconds;
  private volatile int seconds;

  /** One for each interval that may be told now, so that an answer makes no garbage. */
  private volatile Outcome.Answered[] answers;

  Intervals(AnnounceSettings settings) {
    this.settings = settings;
    this.minSeconds = Math.toIntExact(settings.minInterval().toSeconds());
    this.seconds = Math.toIntExact(settings.interval().toSeconds());
    this.answers = answers(seconds);
  }

  private Outcome.Answered[] answers(int base) {
    int spread = base / JITTER_DIVISOR;
    return IntStream.rangeClosed(base - spread, base + spread)
        .mapToObj(told -> new Outcome.Answered(Math.max(minSeconds, told), minSeconds))
        .toArray(Outcome.Answered[]::new);
  }

  /** Takes in how many announces came per second of late. */
  void follow(double announcesPerSecond) {
    double stretch = Math.max(1, announcesPerSecond / settings.stretchAbovePerSecond());
    double stretched = settings.interval().toSeconds() * stretch;
    int next = (int) Math.min(stretched, (double) settings.maxInterval().toSeconds());
    if (next != seconds) {
      seconds = next;
      answers = answers(next);
    }
  }

  /** The same answer with an interval that is no longer than this, before jitter. */
  static Outcome.Answered sooner(Outcome.Answered usual, int wantedSeconds) {
    int spread = wantedSeconds / JITTER_DIVISOR;
    int told = ThreadLocalRandom.current().nextInt(wantedSeconds - spread, wantedSeconds + 1);
    int interval = Math.clamp(told, 1, usual.intervalSeconds());
    return new Outcome.Answered(interval, Math.min(interval, usual.minIntervalSeconds()));
  }

  /** The interval before any jitter. */
  int seconds() {
    return seconds;
  }

  /** What one peer is told; never below the minimum. */
  Outcome.Answered next() {
    Outcome.Answered[] all = answers;
    return all[ThreadLocalRandom.current().nextInt(all.length)];
  }
}
