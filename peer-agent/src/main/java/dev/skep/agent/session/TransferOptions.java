package dev.skep.agent.session;

import dev.skep.protocol.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How one torrent is to be moved.
 *
 * @param trackers announce URLs in tiers (BEP 12), used instead of the torrent's own unless empty
 * @param peers addresses to try at once, besides what trackers tell
 * @param seedOnly the data must be there and whole; nothing is ever written
 * @param dataPath the file or folder that holds the data, where it is not {@code folder/name}
 * @param maxDownBytesPerSecond of this torrent; 0 for no limit but the session's
 * @param maxUpBytesPerSecond of this torrent; 0 for no limit but the session's
 */
public record TransferOptions(
    List<List<String>> trackers,
    List<Endpoint> peers,
    boolean seedOnly,
    Optional<Path> dataPath,
    long maxDownBytesPerSecond,
    long maxUpBytesPerSecond) {

  public TransferOptions {
    trackers = trackers.stream().map(List::copyOf).toList();
    peers = List.copyOf(peers);
  }

  /** Downloads what is missing, then seeds; trackers are the torrent's own. */
  public static TransferOptions defaults() {
    return new TransferOptions(List.of(), List.of(), false, Optional.empty(), 0, 0);
  }

  public TransferOptions withTrackers(List<List<String>> tiers) {
    return new TransferOptions(
        tiers, peers, seedOnly, dataPath, maxDownBytesPerSecond, maxUpBytesPerSecond);
  }

  public TransferOptions withPeers(List<Endpoint> more) {
    return new TransferOptions(
        trackers, more, seedOnly, dataPath, maxDownBytesPerSecond, maxUpBytesPerSecond);
  }

  /** Seeds the data at this path: the file itself, or the folder that holds the files. */
  public TransferOptions seeding(Path data) {
    return new TransferOptions(
        trackers, peers, true, Optional.of(data), maxDownBytesPerSecond, maxUpBytesPerSecond);
  }

  public TransferOptions withLimits(long downBytesPerSecond, long upBytesPerSecond) {
    return new TransferOptions(
        trackers, peers, seedOnly, dataPath, downBytesPerSecond, upBytesPerSecond);
  }
}
