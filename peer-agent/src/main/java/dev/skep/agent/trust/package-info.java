/**
 * Whose publications are trusted: what is signed, keys in files, and which names were published
 * when. Ed25519 by the JDK.
 *
 * <p>Touches no other room.
 */
@NullMarked
package dev.skep.agent.trust;

import org.jspecify.annotations.NullMarked;
