package dev.skep.agent.torrent;

import java.util.OptionalInt;

/**
 * One torrent's figures at one moment. Bytes are of block bodies, without protocol overhead.
 *
 * @param wantedBytes length of the wanted pieces
 * @param verifiedBytes length of the wanted pieces that are verified
 * @param downloadedBytes bodies received, wasted ones included
 * @param uploadedBytes bodies sent
 * @param wastedBytes received twice, unasked, or in pieces that did not match their hash
 * @param downBytesPerSecond over the last few seconds
 * @param upBytesPerSecond over the last few seconds
 * @param peers connected
 * @param seeders connected peers that have every piece
 * @param corruptPieces pieces that did not match their hash so far
 * @param openPieces pieces begun and not yet verified
 * @param nowhere a wanted piece that no connected peer has, if there is one and somebody is
 *     connected
 */
public record TorrentStats(
    long wantedBytes,
    long verifiedBytes,
    long downloadedBytes,
    long uploadedBytes,
    long wastedBytes,
    long downBytesPerSecond,
    long upBytesPerSecond,
    int peers,
    int seeders,
    int corruptPieces,
    int openPieces,
    OptionalInt nowhere) {}
