/**
 * What the nodes of the DHT say to each other (BEP 5, 32, 33, 43, 44, 51), and which ids they may
 * have (BEP 42).
 *
 * <p>Works on bytes, never on sockets. May touch {@code bencode}, {@code peerwire}, {@code
 * tracker}'s compact peers and the shared values.
 */
@NullMarked
package dev.skep.protocol.dht;

import org.jspecify.annotations.NullMarked;
