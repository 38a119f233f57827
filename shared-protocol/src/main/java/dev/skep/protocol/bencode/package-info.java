/**
 * Bencoding (BEP 3): bytes to values and back, with limits on depth and size.
 *
 * <p>Pure: no thread, socket, file or clock. Touches nothing but the JDK.
 */
@NullMarked
package dev.skep.protocol.bencode;

import org.jspecify.annotations.NullMarked;
