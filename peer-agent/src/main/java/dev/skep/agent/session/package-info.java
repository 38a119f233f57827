/**
 * Many torrents: listener, dialler, bans, limits, queue.
 *
 * <p>May touch {@code connection}, {@code torrent}, {@code storage} and {@code discovery}.
 */
@NullMarked
package dev.skep.agent.session;

import org.jspecify.annotations.NullMarked;
