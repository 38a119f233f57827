/**
 * The streams of bytes that connections run over, and what makes them: TCP; and those that change
 * or precede what another one carries.
 *
 * <p>Touches only the protocol's values; knows nothing of torrents.
 */
@NullMarked
package dev.skep.agent.stream;

import org.jspecify.annotations.NullMarked;
