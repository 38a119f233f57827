/**
 * The REST API under {@code /api/v1}, and .torrent files of the catalogue.
 *
 * <p>Shows {@code admin.views}. May touch {@code announce}, {@code swarm}, {@code catalogue} and
 * {@code access}; never the front ends.
 */
@NullMarked
package dev.skep.tracker.admin;

import org.jspecify.annotations.NullMarked;
