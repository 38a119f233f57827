/**
 * Who is connected over HTTP, and what they may take: connections and their addresses, TLS, bytes
 * in and out, whose turn it is.
 *
 * <p>Stands around Helidon's HTTP and knows no announce; {@code http} is behind it. May touch
 * {@code announce} for its counters, and {@code system}.
 */
@NullMarked
package dev.skep.tracker.http.admission;

import org.jspecify.annotations.NullMarked;
