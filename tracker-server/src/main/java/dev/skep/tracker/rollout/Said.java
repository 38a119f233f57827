package dev.skep.tracker.rollout;

import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.HostReport;
import java.util.Optional;

/**
 * What a host said of a torrent last.
 *
 * @param reason why it failed or does not move
 * @param leftBytes what is missing; below 0 if it did not say
 * @param downloadedBytes fetched since its agent began
 * @param stopped whether its agent left with that
 */
public record Said(
    HostReport.State state,
    Optional<String> reason,
    long leftBytes,
    long downloadedBytes,
    boolean stopped,
    IpAddress from,
    Moment at) {}
