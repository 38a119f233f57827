/**
 * What the tracker asks of the operating system: who runs first, who may read its files, how many
 * it may open; in words why something could not be had; and with what threads wait for changes.
 *
 * <p>Touches no other room.
 */
@NullMarked
package dev.skep.tracker.system;

import org.jspecify.annotations.NullMarked;
