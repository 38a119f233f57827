/**
 * {@code skep shell}: a prompt with short words for what is mostly asked.
 *
 * <p>Starts the commands behind its words as processes, and knows none of them.
 */
@NullMarked
package dev.skep.agent.cli.shell;

import org.jspecify.annotations.NullMarked;
