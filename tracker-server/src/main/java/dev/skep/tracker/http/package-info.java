/**
 * The HTTP front end: decodes an announce or scrape, calls {@code announce}, encodes the outcome.
 *
 * <p>May touch {@code http.admission}, which lets connections and requests in, {@code announce},
 * {@code swarm} and the protocol's codecs; decides nothing itself.
 */
@NullMarked
package dev.skep.tracker.http;

import org.jspecify.annotations.NullMarked;
