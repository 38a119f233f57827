/**
 * The DHT at work: its datagrams come and go over a port, its time passes, and what it knows
 * survives a restart.
 *
 * <p>Touches {@code dht}, which does not touch it, and {@code datagram}.
 */
@NullMarked
package dev.skep.agent.dht.live;

import org.jspecify.annotations.NullMarked;
