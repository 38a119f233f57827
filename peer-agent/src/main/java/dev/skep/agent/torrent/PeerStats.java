package dev.skep.agent.torrent;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;

/**
 * One connected peer's figures at one moment.
 *
 * @param progress share of the torrent's pieces that the peer has, 0 to 1
 * @param interesting it has pieces that we want
 * @param choking it does not serve us
 * @param interested it wants pieces of ours
 * @param unchoked we serve it
 * @param snubbed it left requests unanswered for longer than the request timeout
 * @param outstandingRequests blocks asked of it and not yet arrived
 * @param windowRequests how many blocks may be outstanding now
 * @param fullWindow how many requests it lets wait, if so many are outstanding and more would be
 *     asked; else 0
 * @param waitingRequests blocks that it asked for and that are not yet sent
 */
public record PeerStats(
    Endpoint at,
    PeerId id,
    boolean incoming,
    double progress,
    long downloadedBytes,
    long uploadedBytes,
    long downBytesPerSecond,
    long upBytesPerSecond,
    boolean interesting,
    boolean choking,
    boolean interested,
    boolean unchoked,
    boolean snubbed,
    int outstandingRequests,
    int windowRequests,
    int fullWindow,
    int waitingRequests) {}
