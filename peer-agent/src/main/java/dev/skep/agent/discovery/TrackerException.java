package dev.skep.agent.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A tracker could not be asked, or its answer could not be read; the message is one line. */
public final class TrackerException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Zero where the tracker does not say. */
  private final Duration retryIn;

  TrackerException(String message) {
    this(message, Duration.ZERO);
  }

  /**
   * @param retryIn how long the tracker wants to be left alone
   */
  TrackerException(String message, Duration retryIn) {
    super(message);
    this.retryIn = retryIn;
  }

  TrackerException(String message, Throwable cause) {
    super(message, cause);
    retryIn = Duration.ZERO;
  }

  /** How long the tracker wants to be left alone, if it says so. */
  Optional<Duration> retryIn() {
    return Optional.of(retryIn).filter(Duration::isPositive);
  }
}
