/**
 * BitTorrent's values that every room shares: info-hashes, peer ids, endpoints, block references.
 *
 * <p>Bytes to values and back, nothing else: no thread, socket, file, clock or random source, and
 * no library beyond the JDK. May touch nothing of Skep; every other room may touch it.
 */
@NullMarked
package dev.skep.protocol;

import org.jspecify.annotations.NullMarked;
