/**
 * Web seeds (BEP 19): web servers that have a torrent's files, as sources of its blocks beside its
 * peers.
 *
 * <p>May touch {@code connection}, {@code torrent}, {@code storage} and {@code discovery}.
 */
@NullMarked
package dev.skep.agent.webseed;

import org.jspecify.annotations.NullMarked;
