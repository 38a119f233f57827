package dev.skep.tracker.admin.views;

import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueChange;
import dev.skep.tracker.catalogue.CatalogueChange.Published;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import dev.skep.tracker.catalogue.CatalogueCursor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What changes in the catalogue, as server-sent events, for one who follows it. Nothing is kept for
 * that one but where it is: what it has not read yet is looked up when it can take more.
 */
public final class CatalogueEvents {
  private static final int MOST_AT_A_TIME = 20;

  private final Catalogue catalogue;
  private final Sight sight;
  private final EventWriter out;
  private CatalogueCursor at;

  private CatalogueEvents(Catalogue catalogue, Sight sight, CatalogueCursor at, EventWriter out) {
    this.catalogue = catalogue;
    this.sight = sight;
    this.at = at;
    this.out = out;
  }

  /**
   * Writes events until a while is over.
   *
   * @param after where to go on; without it only what happens from now on is told
   * @param present is run now and then, as long as somebody reads
   * @throws IOException if nobody reads them any more
   */
  public static void write(
      Catalogue catalogue,
      Sight sight,
      Optional<CatalogueCursor> after,
      Duration howLong,
      Runnable present,
      EventWriter out)
      throws IOException {
    CatalogueCursor now = catalogue.cursor();
    boolean known = after.map(catalogue::knowsWhatFollows).orElse(true);
    CatalogueCursor begin = known ? after.orElse(now) : now;
    var events = new CatalogueEvents(catalogue, sight, begin, out);
    events.event(known ? "at" : "reset", EventWriter.NOTHING);
    events.follow(howLong, present);
  }

  private void follow(Duration howLong, Runnable present) throws IOException {
    long end = System.nanoTime() + howLong.toNanos();
    for (boolean last = false; !last; ) {
      last = System.nanoTime() - end >= 0;
      boolean told = out.inTurn(this::catchUp);
      out.flush();
      present.run();
      if (!told && !last) {
        last = !waited(out.quiet(end));
      }
    }
  }

  /** Whether the stream is to go on. */
  private boolean waited(Duration most) {
    try {
      return catalogue.awaitChangeAfter(at.version(), most);
    } catch (InterruptedException _) {
      return false; // the server stops
    }
  }

  /** Tells some of what happened; whether there was anything. */
  private boolean catchUp() {
    CatalogueCursor now = catalogue.cursor();
    if (!catalogue.knowsWhatFollows(at)) {
      at = now;
      event("reset", EventWriter.NOTHING);
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

  private void tell(CatalogueChange change) {
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

  private void event(String kind, String data) {
    out.event(at, kind, data);
  }
}
