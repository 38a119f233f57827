/**
 * The commands of the service: {@code agent run}, and those that ask a running one over its RPC.
 *
 * <p>May touch every room but other commands'.
 */
@NullMarked
package dev.skep.agent.cli.agent;

import org.jspecify.annotations.NullMarked;
