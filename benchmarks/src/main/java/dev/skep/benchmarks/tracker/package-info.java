/**
 * Loads a tracker, ours or another, over UDP and HTTP, checks every answer and measures.
 *
 * <p>May touch the tracker's sockets and the protocol's values; none touches it.
 */
@NullMarked
package dev.skep.benchmarks.tracker;

import org.jspecify.annotations.NullMarked;
