/**
 * What the service knows of its torrents across restarts: one record each, and when a torrent has
 * done its part.
 *
 * <p>May touch {@code session}'s values and shared-protocol. Starts no thread.
 */
@NullMarked
package dev.skep.agent.library;

import org.jspecify.annotations.NullMarked;
