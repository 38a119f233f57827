package dev.skep.tracker.admin;

import java.util.List;

/**
 * Some of the peers.
 *
 * @param total how many there are, of which {@code peers} is a part
 */
public record PeerList(long total, List<PeerInfo> peers) {}
