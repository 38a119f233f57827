package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.PeerView;
import dev.skep.tracker.swarm.Standing;
import org.jspecify.annotations.Nullable;

/**
 * One peer of one torrent. Numbers of bytes are as the peer told them, rounded.
 *
 * @param name of the torrent, if it is registered
 * @param client the two letters by which its program names itself
 */
public record PeerInfo(
    String infoHash,
    @Nullable String name,
    String address,
    int port,
    boolean seeder,
    @Nullable String client,
    long uploadedBytes,
    long downloadedBytes,
    long leftBytes,
    int idleSeconds) {
  static PeerInfo of(InfoHash hash, @Nullable RegisteredTorrent torrent, PeerView peer) {
    return new PeerInfo(
        hash.hex(),
        torrent == null ? null : torrent.name(),
        peer.address().toString(),
        peer.port(),
        peer.standing() == Standing.SEEDER,
        peer.client().orElse(null),
        peer.uploadedBytes(),
        peer.downloadedBytes(),
        peer.leftBytes(),
        peer.idleSeconds());
  }
}
