/**
 * Many torrents: their lives, limits and turns. Whom they are connected to is in {@code peers},
 * what they move in {@code content}.
 *
 * <p>May touch {@code connection}, {@code torrent}, {@code storage}, {@code stream} and {@code
 * discovery}.
 */
@NullMarked
package dev.skep.agent.session;

import org.jspecify.annotations.NullMarked;
