/**
 * Tells others of what happened in rollouts, over HTTP.
 *
 * <p>Calls nobody that the configuration does not name. Reads {@code rollout}; what is said is made
 * elsewhere.
 */
@NullMarked
package dev.skep.tracker.webhook;

import org.jspecify.annotations.NullMarked;
