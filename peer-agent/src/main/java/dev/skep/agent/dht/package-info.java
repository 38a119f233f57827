/**
 * A node of the DHT (BEP 5, 32, 33, 42, 43, 44, 51): whom it knows, what it is told, how it looks
 * something up.
 *
 * <p>Pure: called with datagrams and the time; no thread, socket, file, clock or random source of
 * its own. {@code Dht} is its only door. Touches only the protocol's values.
 */
@NullMarked
package dev.skep.agent.dht;

import org.jspecify.annotations.NullMarked;
