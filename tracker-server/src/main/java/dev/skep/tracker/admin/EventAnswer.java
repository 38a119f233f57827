package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.EventWriter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An answer that is a stream of events. */
public final class EventAnswer {
  /** It is looked at anew then whether the asker may still read. */
  public static final int LONGEST_SECONDS = 900;

  /**
   * Jersey keeps what is written until it is so much, flushed or not, and then nothing any more.
   */
  private static final byte[] FIRST_COMMENT =
      (":" + " ".repeat(8192) + "\n\n").getBytes(StandardCharsets.US_ASCII);

  private EventAnswer() {}

  /** Writes the events; ends with the stream. */
  @FunctionalInterface
  interface Events {
    void write(EventWriter out) throws IOException;
  }

  /** The answer; the room is free again when it ends. */
  static Response of(EventStreams.Room room, Events events) {
    return streamed(room, out -> events.write(new EventWriter(out, room.turns())));
  }

  /** The same for events that are made elsewhere. */
  public static Response streamed(EventStreams.Room room, StreamingOutput events) {
    StreamingOutput body =
        out -> {
          try (room) {
            out.write(FIRST_COMMENT);
            events.write(out);
          }
        };
    return Response.ok(body).header("X-Accel-Buffering", "no").build();
  }
}
