/**
 * What the tracker asks of the operating system: who runs first, who may read its files, how many
 * it may open; and in words why something could not be had.
 *
 * <p>Touches no other room.
 */
@NullMarked
package dev.skep.tracker.system;

import org.jspecify.annotations.NullMarked;
