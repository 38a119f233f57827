/**
 * Folders of this machine from which torrents come: those into which .torrent and magnet files are
 * put, and those whatever lies in which is seeded. They are looked into again and again, since
 * network file systems tell of no changes.
 *
 * <p>May touch {@code service}, {@code library}, {@code catalogue}, {@code trust}, {@code create}
 * and {@code config}.
 */
@NullMarked
package dev.skep.agent.watch;

import org.jspecify.annotations.NullMarked;
