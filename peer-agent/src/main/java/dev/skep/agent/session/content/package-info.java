/**
 * What one transfer moves: the torrent itself, which of its files are wanted, and its data on disk.
 *
 * <p>May touch {@code storage}; knows no transfer, no peer and no tracker.
 */
@NullMarked
package dev.skep.agent.session.content;

import org.jspecify.annotations.NullMarked;
