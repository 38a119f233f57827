package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Streams of what a page shows, as server-sent events: everything first, then what changes, at most
 * once a second. Whoever reads slowly misses what lies between; nothing is queued. A stream ends by
 * itself before the server would end it, and the browser opens the next.
 */
final class EventRoute implements Route {
  private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(90);

  /** Without a byte now and then nobody would hear that the reader is gone. */
  private static final int SILENT_FRAMES = 10;

  private final Board<Optional<InfoHash>> board;

  /**
   * @param board shows one torrent, or the list of all
   */
  EventRoute(Board<Optional<InfoHash>> board) {
    this.board = board;
  }

  @Override
  public Reply answer(Ask ask, byte[] body) {
    Optional<String> torrent = ask.parameter("torrent");
    Optional<InfoHash> hash = torrent.flatMap(EventRoute::hash);
    if (torrent.isPresent() && hash.isEmpty()) {
      return Reply.text(400, "torrent is to be an info-hash");
    }
    return Reply.stream("text/event-stream; charset=utf-8", out -> send(hash, out));
  }

  private static Optional<InfoHash> hash(String hex) {
    return hex.matches("[0-9a-f]{40}") ? Optional.of(InfoHash.fromHex(hex)) : Optional.empty();
  }

  private void send(Optional<InfoHash> what, OutputStream out)
      throws IOException, InterruptedException {
    Optional<Board<Optional<InfoHash>>.Watch> watch = board.watch(what);
    if (watch.isEmpty()) {
      out.write("retry: 10000\n\n".getBytes(UTF_8)); // too many pages are open
      return;
    }
    try (Board<Optional<InfoHash>>.Watch watching = watch.get()) {
      send(watching, out);
    }
  }

  private static void send(Board<Optional<InfoHash>>.Watch watch, OutputStream out)
      throws IOException, InterruptedException {
    out.write("retry: 500\n\n".getBytes(UTF_8));
    out.flush(); // with the head: whoever asked hears that the stream has begun
    long until = System.nanoTime() + LIFE_NANOS;
    int silent = 0;
    Frame told = Frame.NONE;
    while (System.nanoTime() - until < 0) {
      Optional<Frame> next = watch.next();
      if (next.isEmpty()) {
        return;
      }
      Optional<String> news = next.get().since(told);
      if (news.isPresent()) {
        out.write(("data: " + news.get() + "\n\n").getBytes(UTF_8));
        out.flush();
        told = next.get();
        silent = 0;
      } else if (++silent % SILENT_FRAMES == 0) {
        out.write(":\n\n".getBytes(UTF_8));
        out.flush();
      }
    }
  }
}
