/**
 * The peers of one swarm as packed rows: how they lie, are found, come and go, and are read while
 * others change them.
 *
 * <p>Knows no torrent and no limit; one who holds the stripe's lock calls at a time. May touch
 * {@code dev.skep.protocol} only, and nobody but {@code swarm} touches it.
 */
@NullMarked
package dev.skep.tracker.swarm.rows;

import org.jspecify.annotations.NullMarked;
