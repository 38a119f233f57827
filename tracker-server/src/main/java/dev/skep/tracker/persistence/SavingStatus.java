package dev.skep.tracker.persistence;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether what the tracker knows is being saved.
 *
 * @param sinceSaved since the last save that went well
 * @param problem why the last save failed, if it did
 * @param damage what was wrong with the store that this process found, and where that was put
 * @param savedSwarms images of swarms written since the start
 * @param savedBytes their size
 * @param failures saves that failed since the start
 * @param lastSaveTook how long the last save of swarms took
 */
public record SavingStatus(
    Duration sinceSaved,
    Optional<String> problem,
    Optional<String> damage,
    long savedSwarms,
    long savedBytes,
    long failures,
    Duration lastSaveTook) {}
