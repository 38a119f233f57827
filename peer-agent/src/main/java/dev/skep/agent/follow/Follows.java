package dev.skep.agent.follow;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.Followed;
import dev.skep.agent.service.Agent;
import dev.skep.agent.trust.TrustedKeys;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * All that is followed, each on a thread of its own that mostly sleeps. Followers ask at random
 * times, so that a tracker is not asked by all of them at once.
 */
public final class Follows implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Follows.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration SPREAD = Duration.ofSeconds(2);
  private static final int MOST_DOUBLINGS = 10;

  private final Duration interval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Bell> bells = new ArrayList<>();

  private Follows(Duration interval) {
    this.interval = interval;
  }

  /**
   * Begins to follow.
   *
   * @throws BadSettingException if a setting cannot be used, such as a file that is not there
   */
  public static Follows open(Agent agent) throws BadSettingException, IOException {
    Settings set = agent.settings();
    List<Followed> all = set.get(AgentKeys.FOLLOW);
    Follows follows = new Follows(set.get(AgentKeys.FOLLOW_INTERVAL));
    if (all.isEmpty()) {
      return follows;
    }
    Trust trust = Trust.open(agent.library(), keys(set));
    Introduction us = Introduction.of(agent);
    List<Follower> followers = new ArrayList<>();
    Set<String> origins = new HashSet<>();
    for (Followed follow : all) {
      Follower follower = follower(agent, follow, us, trust);
      if (!origins.add(follower.origin())) {
        throw wrong(follower.origin() + " twice");
      }
      followers.add(follower);
    }
    for (Follower follower : followers) {
      // It writes to the disk, which would hold a virtual thread's carrier.
      Bell bell = Bell.of(follower.tracker());
      follows.bells.add(bell);
      Thread.ofPlatform().daemon().name("skep-follow").start(() -> follows.run(follower, bell));
    }
    return follows;
  }

  /** What a delivery says of the follow that wants it; the same across restarts. */
  public static String origin(URI tracker, String label) {
    return "follow " + tracker + " " + label;
  }

  private static Optional<TrustedKeys> keys(Settings set) throws BadSettingException {
    Optional<Path> file = set.get(AgentKeys.FOLLOW_TRUST);
    try {
      return file.isEmpty() ? Optional.empty() : Optional.of(TrustedKeys.read(file.get()));
    } catch (IOException e) {
      throw new BadSettingException(AgentKeys.FOLLOW_TRUST.name() + ": " + e.getMessage());
    }
  }

  private static Follower follower(Agent agent, Followed follow, Introduction us, Trust trust)
      throws BadSettingException {
    try {
      agent.requireNotOurs(follow.folder());
      TrackerApi tracker = TrackerApi.named(follow.tracker(), follow.token());
      return new Follower(agent, follow, tracker.introducedAs(us.to(tracker.base())), trust);
    } catch (IOException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private static BadSettingException wrong(String what) {
    return new BadSettingException(AgentKeys.FOLLOW.name() + ": " + what);
  }

  private void run(Follower follower, Bell bell) {
    Optional<String> trouble = Optional.empty();
    int failures = 0;
    boolean goesOn = sleeps(between(0, 1, spread()));
    while (goesOn) {
      Optional<String> failure = look(follower);
      if (failure.isPresent() && trouble.isEmpty()) {
        LOG.log(Level.WARNING, "{0}: {1}; it is tried again", follower.origin(), failure.get());
      } else if (failure.isEmpty() && trouble.isPresent()) {
        LOG.log(Level.INFO, "{0}: goes on", follower.origin());
      }
      trouble = failure;
      failures = failure.isPresent() ? Math.min(failures + 1, MOST_DOUBLINGS) : 0;
      if (failures == 0 && bell.hears()) {
        bell.await(between(0.75, 1, longer(interval, LONGEST_PAUSE)));
        goesOn = sleeps(between(0.5, 1, spread())); // it rings for all followers at once
      } else {
        goesOn = sleeps(between(0.75, 1, pause(failures)));
      }
    }
  }

  /** What failed, if something did. */
  private static Optional<String> look(Follower follower) {
    try {
      follower.look();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: " + follower.origin(), e);
      return Optional.of("a fault in skep");
    }
  }

  private Duration pause(int failures) {
    Duration doubled = interval.multipliedBy(1L << failures);
    Duration most = longer(interval, LONGEST_PAUSE);
    return doubled.compareTo(most) > 0 ? most : doubled;
  }

  /** Over what time followers that begin, or are called, at once are to ask. */
  private Duration spread() {
    return interval.compareTo(SPREAD) < 0 ? interval : SPREAD;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration between(double from, double to, Duration of) {
    double part = from + (to - from) * ThreadLocalRandom.current().nextDouble();
    return Duration.ofMillis((long) (part * of.toMillis()));
  }

  /** False if it is closed meanwhile. */
  private boolean sleeps(Duration pause) {
    try {
      return !closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Follows no more; a look that goes on ends by itself. */
  @Override
  public void close() {
    closed.countDown();
    bells.forEach(Bell::close);
  }
}
