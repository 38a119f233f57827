/**
 * Torrents that the tracker knows by name.
 *
 * <p>Touches only the protocol's values; {@code persistence} keeps it across restarts.
 */
@NullMarked
package dev.skep.tracker.catalogue;

import org.jspecify.annotations.NullMarked;
