/**
 * The agent's health checks and metrics.
 *
 * <p>Reads the service's and the session's counters and snapshots; changes nothing.
 */
@NullMarked
package dev.skep.agent.observe;

import org.jspecify.annotations.NullMarked;
