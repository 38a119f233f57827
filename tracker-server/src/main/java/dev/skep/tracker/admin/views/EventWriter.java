package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Writes server-sent events to one who follows something. */
final class EventWriter {
  /** A sign of life that often, which also finds out whether anybody is there. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  /** Data of an event that its kind says all of. */
  static final String NOTHING = "{}";

  private final OutputStream out;
  private long wroteNanos = System.nanoTime();

  EventWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes an event.
   *
   * @param id where to go on behind it
   * @param data JSON in one line
   */
  void event(Object id, String kind, String data) throws IOException {
    write("id: %s\nevent: %s\ndata: %s\n\n".formatted(id, kind, data));
  }

  /** Sends what was written, and a sign of life if one is due. */
  void flush() throws IOException {
    if (System.nanoTime() - wroteNanos >= QUIET.toNanos()) {
      write(": .\n\n");
    }
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

  private void write(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    wroteNanos = System.nanoTime();
  }
}
