/**
 * One peer's life: handshake, reader, writer; and the live torrent, whose links they are.
 *
 * <p>May touch {@code torrent}, {@code storage} and {@code stream}.
 */
@NullMarked
package dev.skep.agent.connection;

import org.jspecify.annotations.NullMarked;
