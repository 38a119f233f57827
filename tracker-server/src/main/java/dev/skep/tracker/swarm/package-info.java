/**
 * The peers of every torrent, in memory: announce, scrape, expiry, selection, limits and packed
 * images.
 *
 * <p>Pure: no thread, socket, file, clock or random source of its own; time and seeds are given.
 * Its rows are in {@code rows}. May touch {@code dev.skep.protocol} only.
 */
@NullMarked
package dev.skep.tracker.swarm;

import org.jspecify.annotations.NullMarked;
