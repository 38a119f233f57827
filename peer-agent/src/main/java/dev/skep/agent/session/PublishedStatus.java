package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.Snapshot;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.content.TransferContent;
import dev.skep.agent.session.peers.PeerBook;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.agent.webseed.WebSeeds;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How one transfer stands, made whenever something changes and read by anybody without a lock. Safe
 * for many threads.
 */
final class PublishedStatus {
  private final LifeCycle life;
  private final Ledger ledger;
  private final PeerBook book;
  private final Announcing announcing;
  private final MetadataSearch asking;
  private final Supplier<@Nullable TransferContent> content;
  private final Supplier<WebSeeds> webSeeds;
  private final LongSupplier checkedBytes;
  private volatile TransferStatus last;

  // Guarded by this.
  private int changesTold;

  /**
   * @param content what is moved; null as long as that is not known
   */
  PublishedStatus(
      LifeCycle life,
      Ledger ledger,
      PeerBook book,
      Announcing announcing,
      MetadataSearch asking,
      Supplier<@Nullable TransferContent> content,
      Supplier<WebSeeds> webSeeds,
      LongSupplier checkedBytes) {
    this.life = life;
    this.ledger = ledger;
    this.book = book;
    this.announcing = announcing;
    this.asking = asking;
    this.content = content;
    this.webSeeds = webSeeds;
    this.checkedBytes = checkedBytes;
    last = look();
  }

  /** As it was published last. */
  TransferStatus last() {
    return last;
  }

  /** Something has changed. One at a time, so that none takes the place of a later one. */
  synchronized void publish() {
    changesTold = changes(); // before the look, which may see more
    last = look();
  }

  private int changes() {
    TransferContent known = content.get();
    return book.changes() + announcing.changes() + (known == null ? 0 : known.data().changes());
  }

  /**
   * Now and then: some things change without anybody saying so. Costs nothing while nothing moves.
   */
  synchronized void publishNews() {
    boolean moves =
        switch (last.state()) {
          case CHECKING -> true;
          case ASKING -> !last.peers().isEmpty();
          case DOWNLOADING -> !last.webSeeds().isEmpty(); // time passes until one is asked again
          case QUEUED, SEEDING, PAUSED, FAILED -> isAnyAnswering(); // all else is told
        };
    if (moves || changes() != changesTold) {
      publish();
    }
  }

  /** A web server that was asked may answer, or be left alone, for some time yet. */
  private boolean isAnyAnswering() {
    return last.webSeeds().stream().anyMatch(seed -> seed.state() != WebSeedStatus.State.IDLE);
  }

  private TransferStatus look() {
    LifeCycle.Standing now = life.standing();
    Optional<Snapshot> live = now.live().map(LiveTorrent::snapshot);
    Ledger.Totals totals = ledger.totals();
    TransferContent known = content.get();
    return new TransferStatus(
        now.state(),
        now.problem(),
        now.wanted().bytes(),
        now.state() == State.CHECKING ? checkedBytes.getAsLong() : now.wanted().bytes(),
        known == null ? 0 : known.data().verifiedBytes(now.wanted()),
        totals.down(),
        totals.up(),
        totals.wasted(),
        live.map(seen -> seen.stats().downBytesPerSecond()).orElse(0L),
        live.map(seen -> seen.stats().upBytesPerSecond()).orElse(0L),
        live.map(this::peers).orElseGet(() -> known == null ? asked() : List.of()),
        webSeeds.get().status(),
        book.known(),
        announcing.status(),
        live.map(seen -> seen.stats().nowhere()).orElse(OptionalInt.empty()));
  }

  private List<PeerStatus> peers(Snapshot live) {
    return live.peers().stream().map(peer -> PeerStatus.of(peer, book)).toList();
  }

  private List<PeerStatus> asked() {
    return asking.peers().stream().map(peer -> PeerStatus.of(peer, book)).toList();
  }
}
