package dev.skep.tracker.persistence;

import dev.skep.tracker.catalogue.CatalogueHistory;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.SavedRollout;
import java.util.List;

/**
 * What a data folder held, beside the swarms.
 *
 * @param torrents the registered ones
 * @param history what was removed
 * @param access the access lists; not confirmed if they were lost
 * @param hosts machines that were heard of
 */
public record Restored(
    List<RegisteredTorrent> torrents,
    CatalogueHistory history,
    SavedAccess access,
    List<SavedRollout> rollouts,
    List<KnownHost> hosts) {}
