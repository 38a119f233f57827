package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@link Changes} of one stripe, behind the stripe's lock, which is held for moments only. */
final class StripeChanges {
  /** That of the stripe: its monitor. */
  private final Object lock;

  private final Swarms swarms;

  StripeChanges(Object lock, Swarms swarms) {
    this.lock = lock;
    this.swarms = swarms;
  }

  /** Tells a reader of what happens here from now on; see {@link Changes#open}. */
  void open(int reader, Set<SwarmChange> kinds, int heardSince) {
    synchronized (lock) {
      swarms.changes().open(reader, kinds, heardSince);
    }
  }

  void close(int reader) {
    synchronized (lock) {
      swarms.changes().close(reader);
    }
  }

  void beginAnew(int reader) {
    synchronized (lock) {
      swarms.changes().beginAnew(reader);
    }
  }

  void fallBehind(int reader) {
    synchronized (lock) {
      swarms.changes().fallBehind(reader);
    }
  }

  boolean takeLoss(int reader) {
    synchronized (lock) {
      return swarms.changes().takeLoss(reader);
    }
  }

  /** Adds the completed counts that a reader has not read; 0 for a torrent that is gone. */
  void takeCompleted(int reader, Map<InfoHash, Integer> into) {
    synchronized (lock) {
      swarms.takeCompleted(reader, into);
    }
  }

  /** The swarms that changed since a reader read them; each to be {@link #read} or counted. */
  List<TorrentSwarm> takeChanged(int reader) {
    synchronized (lock) {
      return swarms.changes().take(reader, SwarmChange.PEERS);
    }
  }

  /**
   * The swarms in which peers were heard since a reader read them, if it is so long since it took
   * the last ones; each to be {@link #read}.
   */
  List<TorrentSwarm> takeHeard(int reader, int patienceSeconds, int now) {
    synchronized (lock) {
      return swarms.changes().takeHeard(reader, patienceSeconds, now);
    }
  }

  /**
   * The image of a swarm that was taken: of nobody, if it is gone, and none, if there is another
   * one of its torrent, or if it was taken as heard and has changed besides.
   *
   * @param room bytes to leave free before it
   */
  Optional<SwarmImage> read(TorrentSwarm swarm, int reader, SwarmChange taken, int now, int room) {
    Optional<FrozenSwarm> frozen = freeze(swarm, reader, taken, now);
    if (frozen.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SwarmImage.of(frozen.get(), room));
    } finally {
      thaw(swarm);
    }
  }

  /** A swarm as it is now, to be thawed when it was read, if there is something to be read. */
  Optional<FrozenSwarm> freeze(TorrentSwarm swarm, int reader, SwarmChange taken, int now) {
    synchronized (lock) {
      Changes changes = swarms.changes();
      changes.read(swarm, reader, taken);
      boolean comesAgain =
          taken == SwarmChange.HEARD && changes.isUnread(swarm, reader, SwarmChange.PEERS);
      return comesAgain || isReplaced(swarm) ? Optional.empty() : Optional.of(swarm.freeze(now));
    }
  }

  void thaw(TorrentSwarm swarm) {
    synchronized (lock) {
      swarm.thaw();
    }
  }

  private boolean isReplaced(TorrentSwarm swarm) {
    return !swarms.has(swarm) && swarms.find(swarm.hash(), swarm.infoHash()) != null;
  }

  /** Adds the counts of swarms that were taken as changed; none for one that is gone. */
  void count(List<TorrentSwarm> taken, int reader, List<SwarmSummary> into) {
    synchronized (lock) {
      for (TorrentSwarm swarm : taken) {
        swarms.changes().read(swarm, reader, SwarmChange.PEERS);
        if (!isReplaced(swarm)) {
          SwarmCounts counts = swarms.has(swarm) ? swarm.counts() : SwarmCounts.NONE;
          into.add(new SwarmSummary(swarm.infoHash(), counts));
        }
      }
    }
  }
}
