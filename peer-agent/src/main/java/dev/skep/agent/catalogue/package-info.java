/**
 * Torrents as others are told of them and ask for them: a tracker's catalogue over its HTTP API, a
 * torrent as a JSON document and as a link.
 *
 * <p>May touch {@code discovery}; knows no terminal and no transfer.
 */
@NullMarked
package dev.skep.agent.catalogue;

import org.jspecify.annotations.NullMarked;
