package dev.skep.tracker.admin;

import java.util.List;

/**
 * Some of the torrents.
 *
 * @param total how many there are, of which {@code torrents} is a part
 */
public record TorrentList(int total, List<TorrentView> torrents) {}
