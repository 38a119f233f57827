/**
 * One UDP port for all that is spoken over it: what comes goes to who takes it, by its first byte.
 *
 * <p>Knows sockets, and nothing of what they carry. Touches no other room.
 */
@NullMarked
package dev.skep.agent.datagram;

import org.jspecify.annotations.NullMarked;
