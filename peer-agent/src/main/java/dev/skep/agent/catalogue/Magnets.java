package dev.skep.agent.catalogue;

import dev.skep.agent.discovery.TrackerUrl;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Magnet links as they may be shown to others (BEP 9): without users and passwords. */
public final class Magnets {
  private Magnets() {}

  /** The link that leads to a torrent: hashes, name, trackers, web seeds. */
  public static Magnet of(Metainfo torrent) {
    return new Magnet(
        torrent.infoHashV1(),
        torrent.infoHashV2(),
        Optional.of(torrent.name()),
        shown(torrent.trackers().stream().flatMap(List::stream)),
        List.of(),
        shown(torrent.webSeeds().stream()),
        List.of());
  }

  /** The same link without users and passwords. */
  public static Magnet shown(Magnet link) {
    return new Magnet(
        link.infoHashV1(),
        link.infoHashV2(),
        link.name(),
        shown(link.trackers().stream()),
        link.peers(),
        shown(link.webSeeds().stream()),
        link.selected());
  }

  private static List<String> shown(Stream<String> urls) {
    return urls.map(TrackerUrl::withoutCredentials).toList();
  }
}
