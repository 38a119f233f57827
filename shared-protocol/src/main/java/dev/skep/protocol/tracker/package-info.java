/**
 * Announce and scrape as values, their HTTP and UDP codecs, compact peers.
 *
 * <p>Pure: no thread, socket, file or clock. May touch {@code bencode} and {@code metainfo}.
 */
@NullMarked
package dev.skep.protocol.tracker;

import org.jspecify.annotations.NullMarked;
