/**
 * What a command says and hears: streams, live progress, units, the terminal, the wish to stop.
 *
 * <p>Knows no torrents and touches no other room.
 */
@NullMarked
package dev.skep.agent.cli.console;

import org.jspecify.annotations.NullMarked;
