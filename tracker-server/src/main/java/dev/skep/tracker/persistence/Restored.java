package dev.skep.tracker.persistence;

import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.util.List;

/**
 * What a data folder held, beside the swarms.
 *
 * @param torrents the registered ones
 * @param access the access lists; not confirmed if they were lost
 */
public record Restored(List<RegisteredTorrent> torrents, SavedAccess access) {}
