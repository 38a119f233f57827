/**
 * The agent's health checks and metrics.
 *
 * <p>Reads the other rooms' counters and states; changes nothing.
 */
@NullMarked
package dev.skep.agent.observe;

import org.jspecify.annotations.NullMarked;
