/**
 * The agent's remote control: Transmission's RPC over HTTP, the page, files that are played, who
 * may use it, and health.
 *
 * <p>May touch {@code service} and what lies below it. The HTTP server itself is behind one class.
 */
@NullMarked
package dev.skep.agent.control;

import org.jspecify.annotations.NullMarked;
