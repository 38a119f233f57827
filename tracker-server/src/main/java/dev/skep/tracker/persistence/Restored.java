package dev.skep.tracker.persistence;

import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.util.List;

/**
 * What a data folder held, beside the swarms.
 *
 * @param torrents the registered ones
 * @param history what was removed
 * @param access the access lists; not confirmed if they were lost
 */
public record Restored(
    List<RegisteredTorrent> torrents, CatalogueHistory history, SavedAccess access) {}
