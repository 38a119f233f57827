/**
 * The UDP front end (BEP 15): decodes a datagram, calls {@code announce}, encodes the outcome.
 *
 * <p>May touch {@code announce}, {@code swarm}'s values, {@code system} and the protocol's codecs;
 * decides nothing itself. No framework.
 */
@NullMarked
package dev.skep.tracker.udp;

import org.jspecify.annotations.NullMarked;
