/**
 * Bencode (BEP 3): strict decoding with limits, canonical encoding, and the raw bytes of every
 * value.
 *
 * <p>Knows nothing of torrents. May touch nothing of Skep.
 */
@NullMarked
package dev.skep.protocol.bencode;

import org.jspecify.annotations.NullMarked;
