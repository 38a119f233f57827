/**
 * What a .torrent file or a magnet link says: files, pieces, info-hashes, trackers; reading and
 * building both.
 *
 * <p>Pure: no file is touched; every path handed out is safe to resolve below a folder. May touch
 * {@code bencode} and the shared values.
 */
@NullMarked
package dev.skep.protocol.metainfo;

import org.jspecify.annotations.NullMarked;
