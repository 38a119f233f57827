/**
 * Finds peers: trackers, peer exchange, local discovery, DHT.
 *
 * <p>May touch {@code torrent}; what it finds is handed to whoever asked.
 */
@NullMarked
package dev.skep.agent.discovery;

import org.jspecify.annotations.NullMarked;
