/**
 * Tells trackers how far this host is with torrents that came from them: each is told of its own,
 * and nothing is told to any other.
 *
 * <p>May touch {@code service}, {@code follow}, {@code library}, {@code session}, {@code
 * discovery}, {@code catalogue} and {@code config}.
 */
@NullMarked
package dev.skep.agent.report;

import org.jspecify.annotations.NullMarked;
