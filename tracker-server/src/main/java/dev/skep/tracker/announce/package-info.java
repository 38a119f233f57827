/**
 * The one path of every announce and scrape: access check, swarm, count, outcome.
 *
 * <p>May touch {@code swarm}, {@code access} and {@code catalogue}. Nothing here blocks.
 */
@NullMarked
package dev.skep.tracker.announce;

import org.jspecify.annotations.NullMarked;
