package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Writes server-sent events to one who follows something. They are made a few at a time, in a turn,
 * and sent when that is over: so however many follow, others find a processor, and who does not
 * read keeps nobody waiting.
 */
public final class EventWriter {
  /** A sign of life that often, which also finds out whether anybody is there. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  /** Data of an event that its kind says all of. */
  static final String NOTHING = "{}";

  private final OutputStream out;
  private final Semaphore turns;
  private StringBuilder made = new StringBuilder();
  private long wroteNanos = System.nanoTime();

  /**
   * Begins.
   *
   * @param turns of all who write events; fair
   */
  public EventWriter(OutputStream out, Semaphore turns) {
    this.out = out;
    this.turns = turns;
  }

  /**
   * Makes an event, which is sent with the next turn or flush.
   *
   * @param id where to go on behind it
   * @param data JSON in one line
   */
  void event(Object id, String kind, String data) {
    made.append("id: ").append(id).append("\nevent: ").append(kind);
    made.append("\ndata: ").append(data).append("\n\n");
  }

  /**
   * Makes some events in a turn, and sends them.
   *
   * @param some makes them, few enough to be held in memory until they are taken
   * @return what {@code some} does
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // virtual threads leave their carriers by themselves only
  boolean inTurn(BooleanSupplier some) throws IOException {
    boolean result;
    turns.acquireUninterruptibly(); // a turn is short, also when the server stops
    try {
      result = some.getAsBoolean();
    } finally {
      turns.release();
    }
    Thread.yield(); // who reads all at once would else never let its carrier go
    send();
    return result;
  }

  /** Sends what was made, and a sign of life if one is due. */
  void flush() throws IOException {
    if (made.isEmpty() && System.nanoTime() - wroteNanos >= QUIET.toNanos()) {
      made.append(": .\n\n");
    }
    send();
    out.flush();
  }

  /**
   * How long there may be nothing to write.
   *
   * @param endNanos when the stream ends at the latest
   */
  Duration quiet(long endNanos) {
    long due = Math.min(wroteNanos + QUIET.toNanos(), endNanos) - System.nanoTime();
    return Duration.ofNanos(Math.max(0, due));
  }

  private void send() throws IOException {
    if (!made.isEmpty()) {
      byte[] bytes = made.toString().getBytes(UTF_8);
      made = new StringBuilder(); // who follows and is told nothing holds nothing
      out.write(bytes);
      wroteNanos = System.nanoTime();
    }
  }
}
