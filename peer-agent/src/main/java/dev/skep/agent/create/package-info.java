/**
 * Makes a torrent of a file or folder: finds the files, hashes them on all cores, builds the
 * metainfo.
 *
 * <p>May touch the file system and the protocol's builder; knows nothing of terminals.
 */
@NullMarked
package dev.skep.agent.create;

import org.jspecify.annotations.NullMarked;
