/**
 * What two peers say to each other: handshake, messages, bitfield, extension messages; each with
 * its codec.
 *
 * <p>Works on buffers, never on sockets; the body of a block is its caller's. May touch {@code
 * bencode}, {@code metainfo}'s piece arithmetic, {@code tracker}'s compact peers and the shared
 * values.
 */
@NullMarked
package dev.skep.protocol.peerwire;

import org.jspecify.annotations.NullMarked;
