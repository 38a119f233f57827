/**
 * What peers say to each other: handshake, messages, bitfield, extension messages.
 *
 * <p>Pure: no thread, socket, file or clock. May touch {@code bencode} and {@code metainfo}.
 */
@NullMarked
package dev.skep.protocol.peerwire;

import org.jspecify.annotations.NullMarked;
