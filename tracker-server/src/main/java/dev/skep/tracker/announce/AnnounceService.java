package dev.skep.tracker.announce;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.SwarmCounts;
import dev.skep.tracker.swarm.SwarmStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The one path of every announce and scrape, whichever way it came: access, swarm, count, outcome.
 * Safe for many threads; nothing blocks.
 */
public final class AnnounceService {
  private static final Optional<Duration> LATER = Optional.of(Duration.ofMinutes(15));
  private static final Outcome TOO_MANY_TORRENTS =
      new Outcome.Refused("this tracker has all the torrents it may hold; try again later", LATER);
  private static final Outcome TOO_MANY_PEERS =
      new Outcome.Refused("this tracker has all the peers it may hold; try again later", LATER);

  private static final Outcome TOO_MANY_AT_ONCE =
      new Outcome.Refused(
          "too many new torrents from your address; try again in a minute",
          Optional.of(Duration.ofMinutes(1)));

  private final SwarmStore swarms;
  private final Access access;
  private final AnnounceSettings settings;
  private final TrackerCounters counters;
  private final Intervals intervals;
  private long countedAt;
  private long countedAnnounces;

  public AnnounceService(
      SwarmStore swarms,
      Access access,
      AnnounceSettings settings,
      TrackerCounters counters,
      long nanos) {
    this.swarms = swarms;
    this.access = access;
    this.settings = settings;
    this.counters = counters;
    this.intervals = new Intervals(settings);
    this.countedAt = nanos;
  }

  /**
   * Answers one announce.
   *
   * @param said what the peer said; takes up what it is told
   * @param passkey what stood in the URL before {@code /announce}, empty if nothing did
   */
  public Outcome announce(Announce said, String passkey) {
    if (access.mayAnnounce(said.infoHash(), passkey, said.address(), said.peerId())
        instanceof Access.Verdict.Refused(String reason, Optional<Duration> retryIn)) {
      counters.refused().increment();
      return new Outcome.Refused(reason, retryIn);
    }
    int wanted = said.numwant < 0 ? settings.defaultPeers() : said.numwant;
    said.numwant = Math.min(wanted, settings.maxPeers());
    return switch (swarms.announce(said)) {
      case ADMITTED -> {
        countEvent(said);
        yield intervals.next();
      }
      case TOO_MANY_TORRENTS -> refused(TOO_MANY_TORRENTS);
      case TOO_MANY_PEERS -> refused(TOO_MANY_PEERS);
      case TOO_MANY_AT_ONCE -> refused(TOO_MANY_AT_ONCE);
    };
  }

  /** The same answer to a peer that is to come back sooner than others. */
  public static Outcome.Answered sooner(Outcome.Answered answer, Duration interval) {
    return Intervals.sooner(answer, Math.toIntExact(interval.toSeconds()));
  }

  /**
   * How many peers a torrent has; none if this asker may not know.
   *
   * @param from the asker's address
   */
  public SwarmCounts scrape(InfoHash infoHash, String passkey, IpAddress from) {
    return mayKnow(infoHash, passkey, from) ? swarms.counts(infoHash) : SwarmCounts.NONE;
  }

  /** Whether this asker may announce a torrent, and so may know of its swarm. */
  public boolean mayKnow(InfoHash infoHash, String passkey, IpAddress from) {
    return access.mayKnow(infoHash, passkey, from) instanceof Access.Verdict.Allowed;
  }

  /** Whether this is a passkey that was given out and is good. */
  public boolean vouchesFor(String passkey) {
    return access.vouchesFor(passkey);
  }

  /** The interval that peers are told now, before jitter. */
  public Duration interval() {
    return Duration.ofSeconds(intervals.seconds());
  }

  /** What is counted here and in the front ends. */
  public TrackerCounters counters() {
    return counters;
  }

  /** Adapts the interval to the load; to be called about every second, by one thread at a time. */
  public void advance(long nanos) {
    long announces = counters.announces();
    double seconds = (nanos - countedAt) / (double) TimeUnit.SECONDS.toNanos(1);
    if (seconds > 0) {
      intervals.follow((announces - countedAnnounces) / seconds);
      countedAt = nanos;
      countedAnnounces = announces;
    }
  }

  private Outcome refused(Outcome outcome) {
    counters.refused().increment();
    return outcome;
  }

  private void countEvent(Announce said) {
    switch (said.event) {
      case STARTED -> counters.started().increment();
      case COMPLETED -> counters.completed().increment();
      case STOPPED -> counters.stopped().increment();
      case NONE, PAUSED -> {}
    }
  }
}
