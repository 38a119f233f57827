package dev.skep.agent.discovery;

import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.TrackerReply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one torrent's trackers informed: {@code started} first, {@code completed} once if the
 * download ended while we were there, {@code stopped} to all who know of us. Between announces it
 * holds no thread. A tracker is told one thing at a time: what comes next depends on whether it
 * heard the last.
 *
 * <p>Trackers are asked one after another (BEP 12). One that is silent is not waited for long: the
 * next is asked beside it, but for a private torrent, which must use one at a time (BEP 27).
 */
public final class Announcer {
  private static final Logger LOG = System.getLogger(Announcer.class.getName());
  private static final int NUMWANT = 100;
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  /** Told what a tracker answers, on a virtual thread. */
  @FunctionalInterface
  public interface Found {
    /**
     * A tracker answered.
     *
     * @param url the tracker's, as it was given
     */
    void answer(String url, AnnounceResponse response);

    /** A tracker answered, refused or failed, and {@link Announcer#status} says so. */
    default void tried() {}
  }

  /**
   * What is known of one tracker, for people.
   *
   * @param url without user and password
   * @param nextAnnounce zero when one is due or under way
   */
  public record Status(
      String url,
      boolean working,
      Optional<String> message,
      int seeders,
      int leechers,
      int peersReceived,
      Optional<Duration> sinceAnnounce,
      Duration nextAnnounce) {}

  private final TrackerClient client;
  private final ScheduledExecutorService clock;
  private final Supplier<AnnounceRequest.Builder> now;
  private final Found found;
  private final boolean oneAtATime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private final TrackerOrder tiers;
  private boolean completedDue;
  private boolean ended; // the download, since the announce that is under way was made
  private long patientUntil; // with the tracker that was asked last
  private boolean stopped;
  private @Nullable Future<?> alarm;
  private final AtomicInteger changes = new AtomicInteger();

  /**
   * @param oneAtATime whether the next tracker is asked only when one has failed
   * @param now makes an announce with the torrent's present figures, and the event that it carries
   *     when nothing happened
   */
  public Announcer(
      List<List<String>> urls,
      boolean oneAtATime,
      TrackerClient client,
      ScheduledExecutorService clock,
      RandomGenerator random,
      Supplier<AnnounceRequest.Builder> now,
      Found found) {
    this(new TrackerOrder(urls, random, System.nanoTime()), oneAtATime, client, clock, now, found);
  }

  private Announcer(
      TrackerOrder tiers,
      boolean oneAtATime,
      TrackerClient client,
      ScheduledExecutorService clock,
      Supplier<AnnounceRequest.Builder> now,
      Found found) {
    this.tiers = tiers;
    this.oneAtATime = oneAtATime;
    this.client = client;
    this.clock = clock;
    this.now = now;
    this.found = found;
  }

  /**
   * One that begins anew when this one is stopped. What trackers asked for when they failed holds
   * for it too: to stop and to begin again is no way around it.
   *
   * @param figures as {@code now} of the constructor
   */
  public Announcer again(Supplier<AnnounceRequest.Builder> figures) {
    lock.lock();
    try {
      return new Announcer(
          tiers.again(System.nanoTime()), oneAtATime, client, clock, figures, found);
    } finally {
      lock.unlock();
    }
  }

  /** Begins with {@code started}. */
  public void start() {
    locked(this::schedule);
  }

  /**
   * The download ended just now.
   *
   * @param whole whether nothing of the torrent was left out: only then is it {@code completed}
   */
  public void completed(boolean whole) {
    locked(
        () -> {
          completedDue = whole;
          ended = true;
          tiers.hurry(System.nanoTime());
          schedule();
        });
  }

  /** Asks for more peers as soon as the tracker's minimum interval allows. */
  public void wantPeers() {
    locked(
        () -> {
          tiers.wantPeers(System.nanoTime());
          schedule();
        });
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  /** After whatever changes how things stand. */
  private void schedule() {
    changes.incrementAndGet();
    if (alarm != null) {
      alarm.cancel(false);
    }
    long at = nextAt();
    if (!stopped && at != Long.MAX_VALUE) {
      alarm =
          clock.schedule(
              () -> Thread.ofVirtual().name("skep-announce").start(this::announceIfDue),
              Math.max(0, at - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    }
  }

  private long nextAt() {
    if (!isAsking()) {
      return tiers.nextAt();
    }
    return oneAtATime ? Long.MAX_VALUE : Math.max(tiers.nextAt(), patientUntil);
  }

  private boolean isAsking() {
    return tiers.all().stream().anyMatch(TrackerOrder.Tracker::isAsked);
  }

  private void announceIfDue() {
    TrackerOrder.Tracker tracker = claim();
    if (tracker == null) {
      return;
    }
    try {
      announce(tracker);
    } catch (RuntimeException e) {
      // Without its pause this tracker would be asked again at once.
      LOG.log(Level.ERROR, "an announce failed by a fault", e);
      locked(() -> tiers.failed(tracker, "a fault in skep: " + e, System.nanoTime()));
    } finally {
      locked(
          () -> {
            tiers.over(tracker);
            idle.signalAll();
            schedule();
          });
      found.tried();
    }
  }

  private TrackerOrder.@Nullable Tracker claim() {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (stopped || now - nextAt() < 0) {
        return null;
      }
      TrackerOrder.Tracker tracker = tiers.due(now);
      if (tracker != null) {
        patientUntil = now + PATIENCE_NANOS;
        if (tracker.told) {
          ended = false; // this announce says how things are; one of the start says only that
        }
      }
      schedule();
      return tracker;
    } finally {
      lock.unlock();
    }
  }

  private void announce(TrackerOrder.Tracker tracker) {
    AnnounceEvent event = event(tracker);
    Optional<AnnounceResponse> response = Optional.empty();
    try {
      AnnounceRequest.Builder announce = now.get();
      if (event != AnnounceEvent.NONE) {
        announce.event(event);
      }
      AnnounceRequest request = announce.trackerId(tracker.trackerId).numwant(NUMWANT).build();
      TrackerReply reply = client.announce(tracker.url(), request);
      response = took(tracker, event, reply);
    } catch (TrackerException e) {
      LOG.log(Level.DEBUG, "{0}", e.getMessage());
      String why = String.valueOf(e.getMessage());
      locked(() -> tiers.failed(tracker, why, e.retryIn(), System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    response.ifPresent(answer -> found.answer(tracker.url(), answer));
  }

  private AnnounceEvent event(TrackerOrder.Tracker tracker) {
    lock.lock();
    try {
      if (!tracker.told) {
        return AnnounceEvent.STARTED;
      }
      return completedDue ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
    } finally {
      lock.unlock();
    }
  }

  private Optional<AnnounceResponse> took(
      TrackerOrder.Tracker tracker, AnnounceEvent event, TrackerReply reply) {
    lock.lock();
    try {
      long time = System.nanoTime();
      switch (reply) {
        case TrackerReply.Failure failure -> {
          LOG.log(
              Level.DEBUG,
              "tracker {0} refused: {1}",
              tracker.shown(),
              StrangersWords.inOneLine(failure.reason()));
          tiers.refused(tracker, failure, time);
          return Optional.empty();
        }
        case AnnounceResponse response -> {
          tiers.answered(tracker, response, time);
          tracker.told = true;
          if (event == AnnounceEvent.COMPLETED) {
            completedDue = false;
          } else if (completedDue || ended) {
            tiers.hurry(time);
          }
          return Optional.of(response);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says {@code stopped} to all trackers that know of us, at once; returns when they answered. The
   * one that is being asked is told after its answer, which may take longer than {@code atMost}:
   * else it might take us in again after our goodbye, or hear twice that the download completed.
   */
  public void stop(Duration atMost) throws InterruptedException {
    List<TrackerOrder.Tracker> know = new ArrayList<>();
    locked(
        () -> {
          stopped = true;
          if (alarm != null) {
            alarm.cancel(false);
          }
          tiers.all().stream().filter(t -> t.told || t.isAsked()).forEach(know::add);
        });
    List<Thread> threads = new ArrayList<>();
    for (TrackerOrder.Tracker tracker : know) {
      threads.add(
          Thread.ofVirtual().name("skep-announce").start(() -> sayStopped(tracker, atMost)));
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    for (Thread thread : threads) {
      thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
  }

  private void sayStopped(TrackerOrder.Tracker tracker, Duration atMost) {
    try {
      for (AnnounceEvent event : lastEvents(tracker)) {
        client.announce(tracker.url(), last(tracker, event), atMost);
      }
    } catch (TrackerException e) {
      LOG.log(Level.DEBUG, "{0}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the tracker has yet to hear, once it has answered what it is being asked. */
  private List<AnnounceEvent> lastEvents(TrackerOrder.Tracker tracker) throws InterruptedException {
    lock.lock();
    try {
      while (tracker.isAsked()) {
        idle.await();
      }
      if (!tracker.told) {
        return List.of();
      }
      return completedDue
          ? List.of(AnnounceEvent.COMPLETED, AnnounceEvent.STOPPED)
          : List.of(AnnounceEvent.STOPPED);
    } finally {
      lock.unlock();
    }
  }

  private AnnounceRequest last(TrackerOrder.Tracker tracker, AnnounceEvent event) {
    return now.get().event(event).trackerId(tracker.trackerId).numwant(0).build();
  }

  /** Goes up whenever {@link #status} tells something else, but for what time alone changes. */
  public int changes() {
    return changes.get();
  }

  /** What is known of each tracker now. */
  public List<Status> status() {
    lock.lock();
    try {
      long at = tiers.nextAt();
      Duration next =
          isAsking() || at == Long.MAX_VALUE
              ? Duration.ZERO
              : Duration.ofNanos(Math.max(0, at - System.nanoTime()));
      return tiers.all().stream()
          .map(
              t ->
                  new Status(
                      t.shown(),
                      t.working,
                      t.message,
                      t.seeders,
                      t.leechers,
                      t.peersReceived,
                      since(t),
                      next))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private static Optional<Duration> since(TrackerOrder.Tracker tracker) {
    OptionalLong nanos = tracker.sinceAnswer(System.nanoTime());
    return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
  }
}
