package dev.skep.benchmarks.tracker;

import java.util.Locale;

/** What was measured: counts, and latencies in buckets of at most a sixteenth. One per thread. */
final class Measurement {
  private static final int SUB_BITS = 4;

  private final long[] buckets = new long[64 << SUB_BITS];
  private long sent;
  private long connects;
  private long announces;
  private long scrapes;
  private long peers;
  private long lost;
  private long wrong;
  private String firstWrong = "";

  void sent() {
    sent++;
  }

  void connected() {
    connects++;
  }

  void announced(int peersHandedOut) {
    announces++;
    peers += peersHandedOut;
  }

  void scraped() {
    scrapes++;
  }

  void lost() {
    lost++;
  }

  /** An answer that is not what it should be. */
  void wrong(String how) {
    if (wrong++ == 0) {
      firstWrong = how;
    }
  }

  void took(long nanos) {
    long value = Math.max(nanos, 1 << SUB_BITS);
    int exponent = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
    buckets[(exponent << SUB_BITS) + (int) (value >>> exponent) - (1 << SUB_BITS)]++;
  }

  void add(Measurement other) {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] += other.buckets[i];
    }
    sent += other.sent;
    connects += other.connects;
    announces += other.announces;
    scrapes += other.scrapes;
    peers += other.peers;
    lost += other.lost;
    wrong += other.wrong;
    firstWrong = firstWrong.isEmpty() ? other.firstWrong : firstWrong;
  }

  /** Answers of any kind that were right. */
  long answers() {
    return connects + announces + scrapes;
  }

  /** Requests of any kind. */
  long requests() {
    return sent;
  }

  long wrongAnswers() {
    return wrong;
  }

  /** Latency that this part of the answers did not exceed. */
  double percentileMicros(double part) {
    long wanted = (long) Math.ceil(part * answers());
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= wanted && seen > 0) {
        long mantissa = (i & ((1 << SUB_BITS) - 1)) + (1L << SUB_BITS) + 1;
        return (mantissa << (i >> SUB_BITS)) / 1000.0;
      }
    }
    return 0;
  }

  /** One line of text; CPU seconds below zero are unknown. */
  String report(double seconds, double serverCpuSeconds, double ownCpuSeconds) {
    double answers = (double) Math.max(1, answers());
    String text =
        "%.0f answers/s (%d connect, %d announce, %d scrape; %.1f peers each), lost %.3f %%, wrong %d, p50 %.0f us, p99 %.0f us, p99.9 %.0f us"
            .formatted(
                answers() / seconds,
                connects,
                announces,
                scrapes,
                (double) peers / (double) Math.max(1, announces),
                100.0 * lost / (answers + lost),
                wrong,
                percentileMicros(0.5),
                percentileMicros(0.99),
                percentileMicros(0.999));
    if (serverCpuSeconds >= 0) {
      text +=
          String.format(
              Locale.ROOT,
              ", tracker %.2f CPU-us per answer (%.0f %% of a core)",
              serverCpuSeconds * 1e6 / answers,
              100 * serverCpuSeconds / seconds);
    }
    text += String.format(Locale.ROOT, ", load %.0f %% of a core", 100 * ownCpuSeconds / seconds);
    return wrong == 0 ? text : text + "; first wrong answer: " + firstWrong;
  }
}
