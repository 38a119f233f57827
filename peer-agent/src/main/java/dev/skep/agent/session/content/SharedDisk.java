package dev.skep.agent.session.content;

import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.OpenFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;

/**
 * What all transfers of a session share to get at their files.
 *
 * @param checks one check of data at a time: each uses all processors
 * @param checkThreads how many threads a check uses
 * @param clock runs short tasks at their time
 * @param stateFolder where resume states are kept; empty: in {@code .skep} beside a download, and
 *     nowhere for data that is only seeded
 */
public record SharedDisk(
    OpenFiles openFiles,
    DiskWorkers workers,
    Semaphore checks,
    int checkThreads,
    ScheduledExecutorService clock,
    Optional<Path> stateFolder) {}
