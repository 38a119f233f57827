package dev.skep.tracker.catalogue;

import java.io.InputStream;

/**
 * A .torrent file as it was registered, to be read; it was checked to be whole.
 *
 * @param content takes no file descriptor and next to nothing of the heap, however slowly it is
 *     read; fails if something else is registered under its info-hash meanwhile, or nothing
 * @param bytes how many it gives
 */
public record StoredMetainfo(InputStream content, long bytes) {}
