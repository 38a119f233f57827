package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import dev.skep.service.web.Board;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Streams of what a page shows, as server-sent events. A stream ends by itself before the server
 * would end it, and the browser opens the next.
 */
final class EventRoute implements Route {
  private static final Duration LIFE = Duration.ofSeconds(90);

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
      watching.send(LIFE, out);
    }
  }
}
