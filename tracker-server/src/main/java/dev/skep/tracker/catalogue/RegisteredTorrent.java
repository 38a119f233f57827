package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;
import java.time.Instant;
import java.util.Optional;

/**
 * A torrent that the tracker knows by name.
 *
 * @param infoHash what its peers announce
 * @param otherInfoHash what the version 2 half of a hybrid torrent announces (BEP 52)
 * @param name unique in the catalogue
 * @param totalBytes of all its files
 * @param files how many
 * @param metainfoBytes of its .torrent file
 * @param registeredAt to the millisecond
 */
public record RegisteredTorrent(
    InfoHash infoHash,
    Optional<InfoHash> otherInfoHash,
    String name,
    long totalBytes,
    int files,
    int metainfoBytes,
    Instant registeredAt) {}
