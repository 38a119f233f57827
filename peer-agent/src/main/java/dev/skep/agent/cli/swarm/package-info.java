/**
 * A whole swarm on this machine: starts its processes, follows their reports, compares the copies.
 *
 * <p>May touch {@code create}, the console and {@code process}; sees its children only as
 * processes.
 */
@NullMarked
package dev.skep.agent.cli.swarm;

import org.jspecify.annotations.NullMarked;
