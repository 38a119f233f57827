/**
 * The tracker's configuration: one documented list of keys, their forms, and the values that were
 * read.
 *
 * <p>Knows nothing of the other rooms; where values come from is given to it.
 */
@NullMarked
package dev.skep.tracker.config;

import org.jspecify.annotations.NullMarked;
