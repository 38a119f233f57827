/**
 * What becomes of a line of the log: whether it is written, and how.
 *
 * <p>Filters and formatters for {@code java.util.logging}, named in a service's {@code
 * logging.properties}. Needs the JDK only.
 */
@NullMarked
package dev.skep.service.logs;

import org.jspecify.annotations.NullMarked;
