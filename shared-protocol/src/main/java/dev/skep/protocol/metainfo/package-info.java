/**
 * What a .torrent file or a magnet link says: files, pieces, info-hashes, and a builder of them.
 *
 * <p>Pure: no thread, socket, file or clock. May touch {@code bencode}.
 */
@NullMarked
package dev.skep.protocol.metainfo;

import org.jspecify.annotations.NullMarked;
