package dev.skep.agent.follow;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.catalogue.TrackerApiException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Rings when a tracker says that its catalogue has changed, for as long as it says anything: its
 * stream of events tells when to look, and never what to believe. Where there is no stream, it
 * never rings.
 */
final class Bell implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  /** Of thousands of followers few have a stream; the others do without it meanwhile. */
  private static final Duration FULL_PAUSE = Duration.ofMinutes(10);

  private static final int BUFFER_BYTES = 1024;

  private final TrackerApi tracker;
  private final Semaphore rung = new Semaphore(0);
  private final Thread listening;
  private volatile boolean hears;

  private Bell(TrackerApi tracker) {
    this.tracker = tracker;
    listening = Thread.ofVirtual().name("skep-follow-events").unstarted(this::listen);
  }

  /** Begins to listen. */
  static Bell of(TrackerApi tracker) {
    Bell bell = new Bell(tracker);
    bell.listening.start();
    return bell;
  }

  /** Whether it would ring now if something changed. */
  boolean hears() {
    return hears;
  }

  /** Waits until it rings, or for so long. */
  void await(Duration atMost) {
    try {
      if (rung.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        rung.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ring() {
    rung.release();
  }

  private void listen() {
    Duration pause = FIRST_PAUSE;
    while (!Thread.currentThread().isInterrupted()) {
      try (InputStream events = tracker.events()) {
        read(events);
        pause = FIRST_PAUSE;
      } catch (IOException e) {
        pause = isFull(e) ? FULL_PAUSE : hears ? FIRST_PAUSE : longer(pause);
      }
      if (hears) {
        hears = false;
        ring(); // something may have been missed
      }
      try {
        Thread.sleep(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis())));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static boolean isFull(IOException e) {
    return e instanceof TrackerApiException refusal
        && refusal.status() == HttpURLConnection.HTTP_UNAVAILABLE;
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Each line that is not empty and no comment rings; nothing of it is kept. */
  private void read(InputStream events) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean isBegin = true;
    int n;
    while ((n = events.read(buffer)) >= 0) {
      boolean rings = false;
      for (int i = 0; i < n; i++) {
        boolean isEnd = buffer[i] == '\n' || buffer[i] == '\r';
        rings |= isBegin && !isEnd && buffer[i] != ':';
        isBegin = isEnd;
      }
      if (rings) {
        hears = true;
        ring();
      }
    }
  }

  @Override
  public void close() {
    listening.interrupt();
    ring();
  }
}
