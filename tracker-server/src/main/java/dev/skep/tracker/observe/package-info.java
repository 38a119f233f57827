/**
 * Health checks and metrics.
 *
 * <p>Reads the other rooms' counters and states; changes nothing.
 */
@NullMarked
package dev.skep.tracker.observe;

import org.jspecify.annotations.NullMarked;
