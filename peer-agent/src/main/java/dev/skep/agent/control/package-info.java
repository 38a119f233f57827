/**
 * The agent's remote control and its web page.
 *
 * <p>May touch {@code session} and what lies below it.
 */
@NullMarked
package dev.skep.agent.control;

import org.jspecify.annotations.NullMarked;
