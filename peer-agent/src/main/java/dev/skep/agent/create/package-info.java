/**
 * Makes a torrent of a file or folder: finds the files, hashes them on all cores, builds the
 * metainfo.
 *
 * <p>Touches the file system and the protocol's builder, and no other room; knows nothing of
 * terminals.
 */
@NullMarked
package dev.skep.agent.create;

import org.jspecify.annotations.NullMarked;
