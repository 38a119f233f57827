/**
 * What an operator watches: health, metrics, and which lines the log has.
 *
 * <p>Reads counters and states of {@code announce}, {@code swarm}, {@code rollout}, {@code
 * webhook}, {@code http.admission} and {@code persistence}; changes nothing.
 */
@NullMarked
package dev.skep.tracker.observe;

import org.jspecify.annotations.NullMarked;
