package dev.skep.agent.session;

import dev.skep.agent.discovery.Announcer;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What trackers hear of one transfer, each time that it is at work. Safe for many threads. */
final class Announcing {
  private final Session session;
  private final InfoHash infoHash;
  private List<List<String>> trackers;
  private boolean isPrivate;
  private final Ledger ledger;
  private final LongSupplier missingBytes;
  private final BooleanSupplier complete;
  private final Announcer.Found found;
  private final int key = ThreadLocalRandom.current().nextInt();
  private @Nullable Announcer announcer;
  private @Nullable Announcer last; // the same, also when it has ended
  private Ledger.Totals begun; // what had been moved when trackers last heard of us
  private boolean wasWhole; // trackers hear once that the torrent was completed
  private int changesBefore; // of announcers that are over

  /**
   * @param trackers in tiers; those of the torrent itself if empty
   * @param missingBytes of the whole torrent
   * @param complete whether nothing more is wanted
   * @param found told each reply
   */
  Announcing(
      Session session,
      InfoHash infoHash,
      List<List<String>> trackers,
      Ledger ledger,
      LongSupplier missingBytes,
      BooleanSupplier complete,
      Announcer.Found found) {
    this.session = session;
    this.infoHash = infoHash;
    this.trackers = trackers;
    this.ledger = ledger;
    begun = ledger.totals();
    this.missingBytes = missingBytes;
    this.complete = complete;
    this.found = found;
  }

  /** What the torrent itself says holds from the next {@link #begin} on. */
  synchronized void know(Metainfo metainfo) {
    boolean changes = metainfo.isPrivate() || trackers.isEmpty();
    isPrivate = metainfo.isPrivate();
    trackers = trackers.isEmpty() ? metainfo.trackers() : trackers;
    if (changes) {
      endSoon(Session.GOODBYE);
      last = null;
    }
  }

  /** Says that we are here, unless that is said already. */
  synchronized void begin() {
    if (announcer == null) {
      Ledger.Totals before = ledger.totals(); // trackers count from when they hear of us
      begun = before;
      Supplier<AnnounceRequest.Builder> figures = () -> announce(before);
      announcer = last == null ? first(figures) : last.again(figures);
      last = announcer;
      announcer.start();
    }
  }

  private Announcer first(Supplier<AnnounceRequest.Builder> figures) {
    return new Announcer(
        trackers,
        isPrivate,
        session.trackers(),
        session.clock(),
        new SplittableRandom(),
        figures,
        found);
  }

  /** What a tracker may be told beside: how it stands. */
  AnnounceRequest.Builder aside() {
    Ledger.Totals before;
    synchronized (this) {
      before = begun;
    }
    return announce(before);
  }

  private AnnounceRequest.Builder announce(Ledger.Totals before) {
    Ledger.Totals moved = ledger.totals().since(before);
    long left = missingBytes.getAsLong();
    AnnounceRequest.Builder announce =
        AnnounceRequest.builder(infoHash, session.settings().self(), session.listening().port())
            .transferred(moved.up(), moved.down())
            .left(left)
            .key(key);
    return complete.getAsBoolean() && left > 0 ? announce.event(AnnounceEvent.PAUSED) : announce;
  }

  /**
   * Nothing more is wanted; see {@link Announcer#completed}.
   *
   * @param whole whether nothing of the torrent was left out
   */
  synchronized void completed(boolean whole) {
    boolean first = whole && !wasWhole;
    wasWhole |= first;
    if (announcer != null) {
      announcer.completed(first);
    }
  }

  /** See {@link Announcer#wantPeers}. */
  synchronized void wantPeers() {
    if (announcer != null) {
      announcer.wantPeers();
    }
  }

  /** Says goodbye; takes no longer than so. */
  void end(Duration atMost) throws InterruptedException {
    Announcer ending = take();
    if (ending != null) {
      ending.stop(atMost);
    }
  }

  /** Says goodbye in the background. */
  void endSoon(Duration atMost) {
    Announcer ending = take();
    if (ending != null) {
      Thread.ofVirtual().name("skep-goodbye").start(() -> end(ending, atMost));
    }
  }

  private static void end(Announcer ending, Duration atMost) {
    try {
      ending.stop(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Announcer take() {
    Announcer taken = announcer;
    announcer = null;
    changesBefore += taken == null ? 0 : taken.changes() + 1;
    return taken;
  }

  /** Goes up whenever {@link #status} tells something else, but for what time alone changes. */
  synchronized int changes() {
    return changesBefore + (announcer == null ? 0 : announcer.changes());
  }

  synchronized List<TrackerStatus> status() {
    return announcer == null
        ? List.of()
        : announcer.status().stream().map(TrackerStatus::of).toList();
  }
}
