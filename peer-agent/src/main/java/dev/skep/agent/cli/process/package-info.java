/**
 * Processes of ours below this one: how they are started, what they say, how they end with us.
 *
 * <p>Knows no torrents; touches only the console.
 */
@NullMarked
package dev.skep.agent.cli.process;

import org.jspecify.annotations.NullMarked;
