package dev.skep.tracker.admin.views;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the torrents, as {@code /openapi} describes them; {@link Listing} writes them.
 *
 * @param total how many there are, of which {@code torrents} is a part; absent where it is not
 *     known
 * @param next what to send as {@code after} for the next page; absent from the last one
 */
public record TorrentList(
    @Nullable Long total, List<ListedTorrent> torrents, @Nullable String next) {}
