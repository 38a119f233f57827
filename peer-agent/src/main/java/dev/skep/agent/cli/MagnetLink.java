package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.metainfo.Metainfo;
import java.net.URLEncoder;

/** The magnet link of a torrent (BEP 9). */
final class MagnetLink {
  private MagnetLink() {}

  /** Hashes, name, length, trackers and web seeds. */
  static String of(Metainfo torrent) {
    var link = new StringBuilder("magnet:?");
    torrent.infoHashV1().ifPresent(hash -> link.append("xt=urn:btih:").append(hash.hex()));
    torrent
        .infoHashV2()
        .ifPresent(
            hash ->
                link.append(torrent.infoHashV1().isPresent() ? "&" : "")
                    .append("xt=urn:btmh:1220")
                    .append(hash.hex()));
    add(link, "dn", torrent.name());
    link.append("&xl=").append(torrent.totalBytes());
    torrent.trackers().forEach(tier -> tier.forEach(url -> add(link, "tr", url)));
    torrent.webSeeds().forEach(url -> add(link, "ws", url));
    return link.toString();
  }

  private static void add(StringBuilder link, String key, String value) {
    link.append('&').append(key).append('=');
    link.append(URLEncoder.encode(value, UTF_8).replace("+", "%20"));
  }
}
