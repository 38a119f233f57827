/**
 * SHA-1 and SHA-256 of bulk data: by the system's libcrypto where there is one, otherwise by the
 * JDK.
 *
 * <p>May touch the JDK's foreign functions; nothing else here does.
 */
@NullMarked
package dev.skep.protocol.digest;

import org.jspecify.annotations.NullMarked;
