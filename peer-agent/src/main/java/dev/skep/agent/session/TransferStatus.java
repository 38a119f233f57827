package dev.skep.agent.session;

import dev.skep.agent.session.peers.KnownPeers;
import dev.skep.agent.webseed.WebSeedStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One torrent at one moment, for people and logs.
 *
 * @param problem why it is {@link State#PAUSED} or {@link State#FAILED}, in one line
 * @param totalBytes length of the pieces that are wanted
 * @param verifiedBytes of them
 * @param checkedBytes how far a check of data on disk has come; {@code totalBytes} when there is
 *     none
 * @param downloadedBytes payload received in this session, {@code wastedBytes} included
 * @param peers that are connected, and the web servers that are asked
 * @param webSeeds all web servers that have its files, also those that are not asked now
 * @param knownPeers how it stands with the addresses that peers may be found at
 * @param nowhere a wanted piece that none of the connected peers has, if there is one
 * @param wastedBytes payload received twice, unasked for, or in pieces that failed their hash
 */
public record TransferStatus(
    State state,
    Optional<String> problem,
    long totalBytes,
    long checkedBytes,
    long verifiedBytes,
    long downloadedBytes,
    long uploadedBytes,
    long wastedBytes,
    long downBytesPerSecond,
    long upBytesPerSecond,
    List<PeerStatus> peers,
    List<WebSeedStatus> webSeeds,
    KnownPeers knownPeers,
    List<TrackerStatus> trackers,
    OptionalInt nowhere) {

  /** What nothing is known of yet. */
  public static TransferStatus atRest(State state) {
    return new TransferStatus(
        state,
        Optional.empty(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        KnownPeers.NONE,
        List.of(),
        OptionalInt.empty());
  }

  /** It moves or would move bytes: not paused, checked, waiting or broken. */
  public boolean isAtWork() {
    return state == State.DOWNLOADING || state == State.SEEDING;
  }

  /** Those of {@link #peers} that are peers indeed. */
  public List<PeerStatus> otherAgents() {
    return peers.stream().filter(peer -> !peer.isWebServer()).toList();
  }

  /** Those of {@link #peers} that are web servers. */
  public List<PeerStatus> webServers() {
    return peers.stream().filter(PeerStatus::isWebServer).toList();
  }

  /** What a transfer is doing. */
  public enum State {
    /** Only its identity is known: the torrent itself is still to be got. */
    ASKING,
    /** Data found on disk is compared with the torrent. */
    CHECKING,
    /** As many others are at work as may be; its turn will come. */
    QUEUED,
    DOWNLOADING,
    SEEDING,
    /** Stopped by its owner, or by a problem that may pass, such as a full disk. */
    PAUSED,
    /** Ended by a problem that does not pass by itself. */
    FAILED
  }
}
