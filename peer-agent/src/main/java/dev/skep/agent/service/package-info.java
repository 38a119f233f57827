/**
 * The agent as a service: many torrents that are kept in the library, moved by one session, and
 * told from outside what to do. What is wanted stands in the records; here a session is made to
 * follow them.
 *
 * <p>May touch {@code library}, {@code session} and {@code config}.
 */
@NullMarked
package dev.skep.agent.service;

import org.jspecify.annotations.NullMarked;
