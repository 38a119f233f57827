/**
 * One torrent's logic: pieces, picker, choker, request windows, suspects.
 *
 * <p>Pure: no thread, lock, socket, file or clock; it is called, and it returns. Touches only the
 * protocol's values.
 */
@NullMarked
package dev.skep.agent.torrent;

import org.jspecify.annotations.NullMarked;
