/**
 * Finds peers: asks trackers.
 *
 * <p>Touches only the protocol's values; what it finds is handed to whoever asked.
 */
@NullMarked
package dev.skep.agent.discovery;

import org.jspecify.annotations.NullMarked;
