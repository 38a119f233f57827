/**
 * The command line: parses, calls the other rooms, prints.
 *
 * <p>May touch every room; no room touches it.
 */
@NullMarked
package dev.skep.agent.cli;

import org.jspecify.annotations.NullMarked;
