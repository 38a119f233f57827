/**
 * Torrents that the tracker knows by name.
 *
 * <p>Touches the protocol's values and {@code system}; {@code persistence} keeps it across
 * restarts.
 */
@NullMarked
package dev.skep.tracker.catalogue;

import org.jspecify.annotations.NullMarked;
