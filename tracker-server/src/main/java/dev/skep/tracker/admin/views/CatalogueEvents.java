package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueChange;
import dev.skep.tracker.catalogue.CatalogueChange.Published;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import dev.skep.tracker.catalogue.CatalogueCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What changes in the catalogue, as server-sent events, for one who follows it. Nothing is kept for
 * that one but where it is: what it has not read yet is looked up when it can take more.
 */
public final class CatalogueEvents {
  /** A sign of life that often, which also finds out whether anybody is there. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  private static final int MOST_AT_A_TIME = 100;
  private static final String NOTHING = "{}";

  private final Catalogue catalogue;
  private final Sight sight;
  private final OutputStream out;
  private CatalogueCursor at;
  private long wroteNanos = System.nanoTime();

  private CatalogueEvents(Catalogue catalogue, Sight sight, CatalogueCursor at, OutputStream out) {
    this.catalogue = catalogue;
    this.sight = sight;
    this.at = at;
    this.out = out;
  }

  /**
   * Writes events until a while is over.
   *
   * @param after where to go on; without it only what happens from now on is told
   * @throws IOException if nobody reads them any more
   */
  public static void write(
      Catalogue catalogue,
      Sight sight,
      Optional<CatalogueCursor> after,
      Duration howLong,
      OutputStream out)
      throws IOException {
    CatalogueCursor now = catalogue.cursor();
    boolean known = after.map(catalogue::knowsWhatFollows).orElse(true);
    var events = new CatalogueEvents(catalogue, sight, known ? after.orElse(now) : now, out);
    events.event(known ? "at" : "reset", NOTHING);
    events.follow(howLong);
  }

  private void follow(Duration howLong) throws IOException {
    long end = System.nanoTime() + howLong.toNanos();
    for (boolean last = false; !last; ) {
      last = System.nanoTime() - end >= 0;
      boolean told = catchUp();
      if (System.nanoTime() - wroteNanos >= QUIET.toNanos()) {
        write(": .\n\n");
      }
      out.flush();
      if (!told && !last) {
        last = !waited(Math.min(wroteNanos + QUIET.toNanos(), end) - System.nanoTime());
      }
    }
  }

  /** Whether the stream is to go on. */
  private boolean waited(long nanos) {
    try {
      return catalogue.awaitChangeAfter(at.version(), Duration.ofNanos(Math.max(0, nanos)));
    } catch (InterruptedException _) {
      return false; // the server stops
    }
  }

  /** Tells some of what happened; whether there was anything. */
  private boolean catchUp() throws IOException {
    CatalogueCursor now = catalogue.cursor();
    if (!catalogue.knowsWhatFollows(at)) {
      at = now;
      event("reset", NOTHING);
      return true;
    }
    List<CatalogueChange> changes = catalogue.changesAfter(at.version(), MOST_AT_A_TIME);
    for (CatalogueChange change : changes) {
      at = new CatalogueCursor(at.catalogue(), change.version());
      tell(change);
    }
    if (changes.isEmpty() && now.version() > at.version()) {
      at = now; // what made that version is another one by now, or was not kept
    }
    return !changes.isEmpty();
  }

  private void tell(CatalogueChange change) throws IOException {
    switch (change) {
      case Published(var torrent) when sight.holdsRegistered(torrent.infoHash()) ->
          event("published", CatalogueRow.of(torrent).json());
      case Removed(var _, var hash) when sight.holdsRegistered(hash) ->
          event("removed", "{\"infoHash\":\"" + hash.hex() + "\"}");
      case Published _, Removed _ -> {
        // Not for these eyes.
      }
    }
  }

  private void event(String kind, String data) throws IOException {
    write("id: %s\nevent: %s\ndata: %s\n\n".formatted(at, kind, data));
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    wroteNanos = System.nanoTime();
  }
}
