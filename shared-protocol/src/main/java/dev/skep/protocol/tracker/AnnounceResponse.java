package dev.skep.protocol.tracker;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tracker's answer to an announce (BEP 3, 7, 23, 24).
 *
 * @param interval when to announce again
 * @param minInterval never announce more often; zero if the tracker does not say
 * @param seeders peers that have everything; {@link #UNKNOWN} if the tracker does not say
 * @param leechers peers that lack something; or {@link #UNKNOWN}
 * @param completed downloads completed ever; or {@link #UNKNOWN}
 * @param peers some of them, by address; those that a tracker gives by host name (BEP 3) are left
 *     out, since looking up names of strangers' choice costs time and tells on us
 * @param peerIds which of the peers has which id, where the tracker says (never with compact peers)
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
    Map<Endpoint, PeerId> peerIds,
    Optional<String> warning,
    Optional<String> trackerId,
    Optional<InetAddress> externalAddress)
    implements TrackerReply {
  /** For the counts: not said. */
  public static final int UNKNOWN = -1;

  public AnnounceResponse {
    peers = List.copyOf(peers);
    peerIds = Map.copyOf(peerIds);
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
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
