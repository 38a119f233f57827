/**
 * The encrypted handshake of peers (message stream encryption, MSE): each side as a machine over
 * bytes, and the cipher that may follow.
 *
 * <p>It hides the protocol from devices on the way, and the torrent from who does not know it; it
 * is no privacy against those who take part. Works on bytes, never on sockets; chance is given. May
 * touch {@code digest}, {@code peerwire} and the shared values.
 */
@NullMarked
package dev.skep.protocol.encryption;

import org.jspecify.annotations.NullMarked;
