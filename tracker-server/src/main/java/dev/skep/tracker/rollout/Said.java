package dev.skep.tracker.rollout;

import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.protocol.tracker.HostReport;
import java.util.Optional;

/**
 * What a host said of a torrent last.
 *
 * @param reason why it failed or does not move
 * @param leftBytes what is missing; below 0 if it did not say
 * @param downloadedBytes fetched since its agent began
 * @param stopped whether its agent left with that
 * @param port where it takes connections
 * @param held which pieces it has, if it said that lately and is not done
 */
public record Said(
    HostReport.State state,
    Optional<String> reason,
    long leftBytes,
    long downloadedBytes,
    boolean stopped,
    IpAddress from,
    int port,
    Optional<HeldPieces> held,
    Moment at) {
  /** It says what it has now and then only: what it said before holds meanwhile. */
  Said after(Said before) {
    return held.isEmpty() && state == HostReport.State.FETCHING ? with(before.held) : this;
  }

  /** The same without what it has. */
  Said bare() {
    return with(Optional.empty());
  }

  private Said with(Optional<HeldPieces> pieces) {
    return new Said(state, reason, leftBytes, downloadedBytes, stopped, from, port, pieces, at);
  }
}
