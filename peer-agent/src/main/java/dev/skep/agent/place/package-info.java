/**
 * Places where a .torrent file can be put for others, and found: a folder, a web server that takes
 * uploads (WebDAV), Dropbox.
 *
 * <p>May touch {@code discovery}, for words about connections.
 */
@NullMarked
package dev.skep.agent.place;

import org.jspecify.annotations.NullMarked;
