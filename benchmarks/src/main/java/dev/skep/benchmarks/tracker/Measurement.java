package dev.skep.benchmarks.tracker;

import static java.util.stream.Collectors.joining;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What was measured: counts and times. One per thread. */
final class Measurement {
  /** What became of a request without an answer. */
  enum Loss {
    UNANSWERED("not answered"),
    UNCONNECTED("not connected"),
    NO_ROOM("not begun, since too many were under way"),
    NO_PORT("not begun, since no port was free");

    private final String text;

    Loss(String text) {
      this.text = text;
    }
  }

  private final Times latencies = new Times();
  private final Times delays = new Times();
  private final Times refusals = new Times();
  private long sent;
  private long connects;
  private long announces;
  private long scrapes;
  private long peers;
  private final Map<Loss, Long> losses = new EnumMap<>(Loss.class);
  private long hungUp;
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

  void lost(Loss how) {
    losses.merge(how, 1L, Long::sum);
  }

  /** An answer that is not what it should be. */
  void wrong(String how) {
    if (wrong++ == 0) {
      firstWrong = how;
    }
  }

  /** From when an answer's request was due to when it came. */
  void took(long nanos) {
    latencies.add(nanos);
  }

  /** A request was turned away because the tracker had too much to do. */
  void refused(long nanos) {
    refusals.add(nanos);
  }

  /** The same without an answer: the connection was closed or reset. */
  void hungUp(long nanos) {
    hungUp++;
    refusals.add(nanos);
  }

  /** How long after it was due a request was sent: what the load itself adds to latencies. */
  void late(long nanos) {
    delays.add(nanos);
  }

  void add(Measurement other) {
    latencies.add(other.latencies);
    delays.add(other.delays);
    refusals.add(other.refusals);
    sent += other.sent;
    connects += other.connects;
    announces += other.announces;
    scrapes += other.scrapes;
    peers += other.peers;
    other.losses.forEach((how, count) -> losses.merge(how, count, Long::sum));
    hungUp += other.hungUp;
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
    return latencies.percentileMicros(part);
  }

  /** One line of text; CPU seconds below zero are unknown. */
  String report(double seconds, double serverCpuSeconds, double ownCpuSeconds) {
    double answers = (double) Math.max(1, answers());
    long refused = refusals.count();
    long lost = losses.values().stream().mapToLong(count -> count).sum();
    String text =
        "%.0f answers/s (%d connect, %d announce, %d scrape; %.1f peers each), lost %.3f %%, wrong %d, p50 %.0f us, p99 %.0f us, p99.9 %.0f us"
            .formatted(
                answers() / seconds,
                connects,
                announces,
                scrapes,
                (double) peers / (double) Math.max(1, announces),
                100.0 * lost / (answers + lost + refused),
                wrong,
                percentileMicros(0.5),
                percentileMicros(0.99),
                percentileMicros(0.999));
    if (lost > 0) {
      text +=
          losses.entrySet().stream()
              .map(one -> one.getValue() + " " + one.getKey().text)
              .collect(joining(", ", " (", ")"));
    }
    if (refused > 0) {
      text +=
          String.format(
              Locale.ROOT,
              ", refused %.0f/s (%.0f %% by hanging up), p50 %.0f us, p99 %.0f us",
              refused / seconds,
              100.0 * hungUp / refused,
              refusals.percentileMicros(0.5),
              refusals.percentileMicros(0.99));
    }
    if (serverCpuSeconds >= 0) {
      text +=
          String.format(
              Locale.ROOT,
              ", tracker %.2f CPU-us per answer (%.0f %% of a core)",
              serverCpuSeconds * 1e6 / answers,
              100 * serverCpuSeconds / seconds);
    }
    text +=
        String.format(
            Locale.ROOT,
            ", load %.0f %% of a core and up to %.0f us late (p99.9)",
            100 * ownCpuSeconds / seconds,
            delays.percentileMicros(0.999));
    return wrong == 0 ? text : text + "; first wrong answer: " + firstWrong;
  }
}
