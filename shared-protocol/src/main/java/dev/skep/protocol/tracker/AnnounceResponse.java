package dev.skep.protocol.tracker;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A tracker's answer to an announce (BEP 3, 7, 23, 24).
 *
 * @param interval when to announce again
 * @param minInterval never announce more often; zero if the tracker does not say
 * @param seeders peers that have everything; {@link #UNKNOWN} if the tracker does not say
 * @param leechers peers that lack something; or {@link #UNKNOWN}
 * @param completed downloads completed ever; or {@link #UNKNOWN}
 * @param peers some of them
 * @param warning for a person
 * @param trackerId to be sent with the next announce
 * @param externalAddress how the tracker sees the peer (BEP 24)
 */
public record AnnounceResponse(
    Duration interval,
    Duration minInterval,
    int seeders,
    int leechers,
    int completed,
    List<Endpoint> peers,
    Optional<String> warning,
    Optional<String> trackerId,
    Optional<InetAddress> externalAddress)
    implements TrackerReply {
  /** For the counts: not said. */
  public static final int UNKNOWN = -1;

  public AnnounceResponse {
    peers = List.copyOf(peers);
  }

  /** Without the rare parts. */
  public static AnnounceResponse of(
      Duration interval, int seeders, int leechers, List<Endpoint> peers) {
    return new AnnounceResponse(
        interval,
        Duration.ZERO,
        seeders,
        leechers,
        UNKNOWN,
        peers,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
