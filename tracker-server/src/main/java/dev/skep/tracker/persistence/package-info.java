/**
 * What survives a restart: the catalogue, access lists, completed counts and images of the swarms,
 * in files and EclipseStore.
 *
 * <p>May touch {@code swarm}, {@code catalogue} and {@code system}; never called on the announce
 * path.
 */
@NullMarked
package dev.skep.tracker.persistence;

import org.jspecify.annotations.NullMarked;
