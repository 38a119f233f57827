package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.session.content.TransferContent;
import dev.skep.protocol.peerwire.Bitfield;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * All who read one torrent's data while it comes: what lies ahead of any of them comes first. Safe
 * for many threads.
 */
final class Readings {
  private final Supplier<TransferContent> content;
  private final Supplier<Optional<LiveTorrent>> live;
  private final Set<Reading> all = ConcurrentHashMap.newKeySet();

  /**
   * @param content what they read; known by the time that anybody reads
   */
  Readings(Supplier<TransferContent> content, Supplier<Optional<LiveTorrent>> live) {
    this.content = content;
    this.live = live;
  }

  /** One more. */
  Reading begin(TransferContent known) {
    Reading reading = new Reading(known, this::moved);
    all.add(reading);
    return reading;
  }

  private void moved(Reading reading) {
    if (reading.isOver()) {
      all.remove(reading);
      tell();
    } else {
      hurry();
    }
  }

  /** Tells the torrent at work what is awaited, if anything is. */
  void hurry() {
    if (!all.isEmpty()) {
      tell();
    }
  }

  /** What was marked last must be told last. */
  private synchronized void tell() {
    Bitfield soon = new Bitfield(content.get().metainfo().layout().pieceCount());
    all.forEach(each -> each.markAhead(soon));
    live.get().ifPresent(torrent -> torrent.hurry(soon));
  }
}
