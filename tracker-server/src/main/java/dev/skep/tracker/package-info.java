/**
 * Starts the tracker and wires its rooms together.
 *
 * <p>May touch every room; no room touches it.
 */
@NullMarked
package dev.skep.tracker;

import org.jspecify.annotations.NullMarked;
