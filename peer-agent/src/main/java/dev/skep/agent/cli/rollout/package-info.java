/**
 * How a rollout is asked for on the command line, watched, and told in words and lines.
 *
 * <p>May touch {@code cli.console} and {@code catalogue}.
 */
@NullMarked
package dev.skep.agent.cli.rollout;

import org.jspecify.annotations.NullMarked;
