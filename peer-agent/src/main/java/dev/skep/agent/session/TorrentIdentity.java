package dev.skep.agent.session;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.InfoHashV2;
import dev.skep.protocol.digest.Digests;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which torrent is meant, also where nothing else is known of it. A hybrid has two hashes (BEP 52).
 *
 * @param v1 there unless {@code v2} is
 * @param name for people
 */
public record TorrentIdentity(Optional<InfoHash> v1, Optional<InfoHashV2> v2, String name) {
  public TorrentIdentity {
    if (v1.isEmpty() && v2.isEmpty()) {
      throw new IllegalArgumentException("a torrent without a hash");
    }
  }

  public static TorrentIdentity of(Metainfo metainfo) {
    return new TorrentIdentity(metainfo.infoHashV1(), metainfo.infoHashV2(), metainfo.name());
  }

  /** Named by its hash if the link has no name. */
  public static TorrentIdentity of(Magnet magnet) {
    return new TorrentIdentity(
        magnet.infoHashV1(), magnet.infoHashV2(), magnet.name().orElse(magnet.infoHash().hex()));
  }

  /** What peers and trackers are asked for it by. */
  public InfoHash infoHash() {
    return hashes().getFirst();
  }

  /** All that peers may ask us for it by. */
  public List<InfoHash> hashes() {
    List<InfoHash> all = new ArrayList<>(2);
    v1.ifPresent(all::add);
    v2.map(InfoHashV2::truncated).ifPresent(all::add);
    return all;
  }

  /** Whether an info dictionary is that torrent's, by every hash that is known. */
  boolean isOf(byte[] info) {
    return (v1.isEmpty() || v1.get().equals(InfoHash.of(digest(Digests.sha1(), info))))
        && (v2.isEmpty() || v2.get().equals(InfoHashV2.of(digest(Digests.sha256(), info))));
  }

  private static byte[] digest(MessageDigest digest, byte[] bytes) {
    digest.update(bytes);
    return digest.digest();
  }

  /** Whether this is that torrent, by every hash that is known. */
  boolean isOf(Metainfo metainfo) {
    return (v1.isEmpty() || v1.equals(metainfo.infoHashV1()))
        && (v2.isEmpty() || v2.equals(metainfo.infoHashV2()));
  }
}
