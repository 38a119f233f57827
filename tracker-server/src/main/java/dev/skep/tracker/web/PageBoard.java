package dev.skep.tracker.web;

import dev.skep.service.web.Board;
import dev.skep.tracker.admin.views.Sight;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/** What pages that are open show: made once a second, for all who see the same. */
public final class PageBoard implements AutoCloseable {
  private final Board<View.Watched> board;

  public PageBoard(DashboardParts parts) {
    // How many watch is bounded where streams are.
    this.board = new Board<>(parts::painter, Integer.MAX_VALUE);
  }

  /** Sends a view as it is, and then what changes of it, for so long. */
  void send(View view, Sight sight, Duration howLong, OutputStream out) throws IOException {
    Optional<Board<View.Watched>.Watch> watch = board.watch(new View.Watched(view, sight));
    if (watch.isEmpty()) {
      return; // the tracker stops
    }
    try (Board<View.Watched>.Watch watching = watch.get()) {
      watching.send(howLong, out);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the server stops
    }
  }

  /** Ends all streams. */
  @Override
  public void close() {
    board.close();
  }
}
