/**
 * What becomes of a line of the log: whether it is written, where, and how.
 *
 * <p>Handlers, filters and formatters for {@code java.util.logging}; some are named in a service's
 * {@code logging.properties}. Needs the JDK only.
 */
@NullMarked
package dev.skep.service.logs;

import org.jspecify.annotations.NullMarked;
