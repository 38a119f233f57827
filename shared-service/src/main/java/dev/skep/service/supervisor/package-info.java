/**
 * What a service tells whoever supervises it: systemd, over its notification socket.
 *
 * <p>Needs the JDK only.
 */
@NullMarked
package dev.skep.service.supervisor;

import org.jspecify.annotations.NullMarked;
