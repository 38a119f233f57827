package dev.skep.protocol.tracker;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tracker's answer to an announce (BEP 3, 7, 23, 24).
 *
 * @param interval when to announce again; zero if the tracker does not say
 * @param minInterval never announce more often; zero if the tracker does not say
 * @param seeders peers that have everything; {@link #UNKNOWN} if the tracker does not say
 * @param leechers peers that lack something; or {@link #UNKNOWN}
 * @param completed downloads completed ever; or {@link #UNKNOWN}
 * @param peers some of them, by address
 * @param peerIds which of the peers has which id, where the tracker says (never with compact peers)
 * @param warning for a person
 * @param trackerId to be sent with the next announce: any bytes
 * @param externalAddress how the tracker sees the peer (BEP 24)
 * @param namedPeers peers that the tracker gives by host name (BEP 3); whoever wants them has to
 *     look the names up
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
    Optional<BString> trackerId,
    Optional<InetAddress> externalAddress,
    List<NamedPeer> namedPeers)
    implements TrackerReply {
  /** For the counts: not said. */
  public static final int UNKNOWN = -1;

  /**
   * A peer whose address is not known yet.
   *
   * @param host what a tracker says: any text
   * @param port 1 to 65535
   */
  public record NamedPeer(String host, int port) {}

  public AnnounceResponse {
    peers = List.copyOf(peers);
    namedPeers = List.copyOf(namedPeers);
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
        Optional.empty(),
        List.of());
  }

  /** The same with other peers by address, and none by name. */
  public AnnounceResponse withPeers(List<Endpoint> others) {
    return new AnnounceResponse(
        interval,
        minInterval,
        seeders,
        leechers,
        completed,
        others,
        peerIds,
        warning,
        trackerId,
        externalAddress,
        List.of());
  }
}
