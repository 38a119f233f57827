/**
 * The peer store: who is in which swarm, and whom an announce is told.
 *
 * <p>Pure: time and randomness are given. Touches only the protocol's values.
 */
@NullMarked
package dev.skep.tracker.swarm;

import org.jspecify.annotations.NullMarked;
