package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.EventWriter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** An answer that is a stream of events. */
public final class EventAnswer {
  /** A longer one goes on with the next request. */
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

  /**
   * The answer; the room is free again when it ends.
   *
   * @param may says whether the asker may still read; when not, the stream ends
   */
  static Response of(EventStreams.Room room, BooleanSupplier may, Events events) {
    return streamed(room, may, out -> events.write(new EventWriter(out, room.turns())));
  }

  /** The same for events that are made elsewhere. */
  public static Response streamed(
      EventStreams.Room room, BooleanSupplier may, StreamingOutput events) {
    StreamingOutput body =
        out -> {
          try (room) {
            out.write(FIRST_COMMENT);
            events.write(new AsLongAs(may, out));
          } catch (NoMore _) {
            // It ends as any stream does, and who comes again is judged anew.
          }
        };
    return Response.ok(body).header("X-Accel-Buffering", "no").build();
  }

  /** Lets nothing through that may not be read any more. */
  private static final class AsLongAs extends OutputStream {
    private final BooleanSupplier may;
    private final OutputStream out;

    AsLongAs(BooleanSupplier may, OutputStream out) {
      this.may = may;
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (!may.getAsBoolean()) {
        throw new NoMore();
      }
      out.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }

  /** The asker may read no more. */
  private static final class NoMore extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
