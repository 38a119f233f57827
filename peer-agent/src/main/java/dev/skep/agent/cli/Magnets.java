package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.discovery.TrackerUrl;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Magnet links of torrents, and as arguments (BEP 9). */
final class Magnets {
  private Magnets() {}

  /** The link that leads to a torrent: hashes, name, trackers, web seeds; no password. */
  static Magnet of(Metainfo torrent) {
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
  static Magnet shown(Magnet link) {
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

  /** Whether an argument is meant as one. */
  static boolean isLink(String argument) {
    return argument.regionMatches(true, 0, "magnet:", 0, 7);
  }

  /**
   * Reads a link.
   *
   * @throws Failure with what is wrong with it
   */
  static Magnet parse(String link) throws Failure {
    try {
      return Magnet.parse(link);
    } catch (MetainfoException e) {
      throw new Failure(e.getMessage() + "; is the link quoted and whole?", e);
    }
  }
}
