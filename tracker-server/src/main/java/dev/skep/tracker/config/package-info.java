/**
 * The list of the tracker's keys, with their defaults and documentation.
 *
 * <p>Knows nothing of the other rooms; how keys are read is {@code dev.skep.service.settings}'.
 */
@NullMarked
package dev.skep.tracker.config;

import org.jspecify.annotations.NullMarked;
