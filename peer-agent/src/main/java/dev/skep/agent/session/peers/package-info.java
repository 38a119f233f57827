/**
 * Whom a torrent may be connected to: the addresses that it knows, who is dialled, who is refused.
 *
 * <p>May touch {@code connection}, {@code torrent} and {@code stream}; knows no transfer.
 */
@NullMarked
package dev.skep.agent.session.peers;

import org.jspecify.annotations.NullMarked;
