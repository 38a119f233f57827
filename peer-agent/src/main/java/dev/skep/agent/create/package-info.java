/**
 * Makes a torrent of a file or folder.
 *
 * <p>May touch {@code storage} and the protocol's builder.
 */
@NullMarked
package dev.skep.agent.create;

import org.jspecify.annotations.NullMarked;
