/**
 * One peer's life: handshake, reader, writer.
 *
 * <p>May touch {@code torrent} and {@code storage}.
 */
@NullMarked
package dev.skep.agent.connection;

import org.jspecify.annotations.NullMarked;
