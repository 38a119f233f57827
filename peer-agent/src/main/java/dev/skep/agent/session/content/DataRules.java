package dev.skep.agent.session.content;

import dev.skep.agent.storage.SeenFiles;
import java.util.Optional;

/**
 * What may be done with one torrent's data on disk.
 *
 * @param readOnly the data must be there; nothing is ever written
 * @param preallocate whether files are filled with zeros before the download begins
 * @param partNames whether a file is called {@code NAME.part} until all of it is verified
 * @param overwrite whether files that are there already and are not this torrent's own download may
 *     be overwritten and cut
 * @param recheck whether all data on disk is read, instead of trusting what is remembered of it
 * @param seen what files looked like when they had all of the torrent's data: those that still do
 *     are not read
 */
public record DataRules(
    boolean readOnly,
    boolean preallocate,
    boolean partNames,
    boolean overwrite,
    boolean recheck,
    Optional<SeenFiles> seen) {}
