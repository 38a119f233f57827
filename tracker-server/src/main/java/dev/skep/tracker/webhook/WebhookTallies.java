package dev.skep.tracker.webhook;

import java.util.concurrent.atomic.LongAdder;

/**
 * What became of webhooks, since the start.
 *
 * @param delivered taken by who was called
 * @param failed attempts that were not
 * @param givenUp of which nothing more is tried
 */
public record WebhookTallies(LongAdder delivered, LongAdder failed, LongAdder givenUp) {
  /** All at zero. */
  public WebhookTallies() {
    this(new LongAdder(), new LongAdder(), new LongAdder());
  }
}
