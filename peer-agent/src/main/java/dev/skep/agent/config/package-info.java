/**
 * The list of the agent's keys, with their defaults and documentation.
 *
 * <p>Knows nothing of the other rooms; how keys are read is {@code dev.skep.service.settings}'.
 */
@NullMarked
package dev.skep.agent.config;

import org.jspecify.annotations.NullMarked;
