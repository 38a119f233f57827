package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.KnownPeer;
import jakarta.json.stream.JsonGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One peer of one torrent. Numbers of bytes are as the peer told them, rounded.
 *
 * @param name of the torrent, if it is registered
 * @param client its program, with its version where peers' ids are kept
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
    int idleSeconds)
    implements Listing.Row {
  static PeerInfo of(InfoHash hash, @Nullable RegisteredTorrent torrent, KnownPeer peer) {
    return new PeerInfo(
        hash.hex(),
        torrent == null ? null : torrent.name(),
        peer.address().toString(),
        peer.port(),
        peer.isSeeder(),
        peer.client().orElse(null),
        peer.uploadedBytes(),
        peer.downloadedBytes(),
        peer.leftBytes(),
        peer.idleSeconds());
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("infoHash", infoHash);
    if (name != null) {
      out.write("name", name);
    }
    out.write("address", address).write("port", port).write("seeder", seeder);
    if (client != null) {
      out.write("client", client);
    }
    out.write("uploadedBytes", uploadedBytes)
        .write("downloadedBytes", downloadedBytes)
        .write("leftBytes", leftBytes)
        .write("idleSeconds", idleSeconds);
  }
}
