/**
 * Fetches by itself what trackers' catalogues carry under a label, and drops what they carry no
 * more. What is complete is handed over by {@code service}.
 *
 * <p>May touch {@code service}, {@code library}, {@code catalogue}, {@code trust} and {@code
 * config}.
 */
@NullMarked
package dev.skep.agent.follow;

import org.jspecify.annotations.NullMarked;
