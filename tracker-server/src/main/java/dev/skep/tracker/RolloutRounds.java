package dev.skep.tracker;

import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.webhook.Webhooks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What rollouts need again and again: looks at who is late, saves what hosts said, calls webhooks.
 * About once a second, and less often where a save takes long.
 */
final class RolloutRounds implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RolloutRounds.class.getName());
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** No more than a part of the time goes into saving. */
  private static final int RESTS = 10;

  private final Rollouts rollouts;
  private final RolloutKeeping keeping;
  private final Optional<Webhooks> webhooks;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("rollouts").factory());
  private final List<Runnable> onlookers = new CopyOnWriteArrayList<>();
  private boolean failing;
  private long saveNotBefore = System.nanoTime();

  private RolloutRounds(Rollouts rollouts, RolloutKeeping keeping, Optional<Webhooks> webhooks) {
    this.rollouts = rollouts;
    this.keeping = keeping;
    this.webhooks = webhooks;
  }

  /** Begins, until it is closed. */
  static RolloutRounds start(
      Rollouts rollouts, RolloutKeeping keeping, Optional<Webhooks> webhooks) {
    var rounds = new RolloutRounds(rollouts, keeping, webhooks);
    var _ =
        rounds.thread.scheduleWithFixedDelay(
            rounds::round, ROUND.toMillis(), ROUND.toMillis(), TimeUnit.MILLISECONDS);
    return rounds;
  }

  /** Runs something after each round. */
  void each(Runnable onlooker) {
    onlookers.add(onlooker);
  }

  private void round() {
    try {
      rollouts.tick();
      if (System.nanoTime() - saveNotBefore >= 0) {
        save();
      }
      webhooks.ifPresent(Webhooks::round);
      onlookers.forEach(Runnable::run);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a round of rollouts failed", e);
    }
  }

  private void save() {
    long began = System.nanoTime();
    try {
      keeping.save();
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.log(Level.WARNING, "what hosts say is not kept at the moment: " + e.getMessage());
      }
      failing = true;
    }
    long now = System.nanoTime();
    saveNotBefore = now + RESTS * (now - began);
  }

  /** Saves what came last. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (thread.awaitTermination(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
        save();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    webhooks.ifPresent(Webhooks::close);
  }
}
