/**
 * What peers and trackers say to each other: announce and scrape values, and their HTTP and UDP
 * forms for both sides.
 *
 * <p>Works on buffers and strings, never on sockets. May touch {@code bencode} and the shared
 * values.
 */
@NullMarked
package dev.skep.protocol.tracker;

import org.jspecify.annotations.NullMarked;
