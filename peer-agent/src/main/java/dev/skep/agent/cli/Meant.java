package dev.skep.agent.cli;

import dev.skep.agent.session.TorrentIdentity;
import dev.skep.agent.session.content.FileChoice;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The torrent that a person means, as far as it is known.
 *
 * @param torrent absent where a magnet link leads to it: its peers have it
 * @param trackers announce URLs in tiers
 * @param linkPeers {@code host:port} of peers that a magnet link names
 * @param webSeeds web servers that a magnet link names; a torrent names its own
 * @param choice the files that a link names (BEP 53)
 */
record Meant(
    TorrentIdentity identity,
    Optional<Metainfo> torrent,
    List<List<String>> trackers,
    List<String> linkPeers,
    List<String> webSeeds,
    FileChoice choice) {

  static Meant of(Metainfo torrent) {
    return new Meant(
        TorrentIdentity.of(torrent),
        Optional.of(torrent),
        torrent.trackers(),
        List.of(),
        List.of(),
        FileChoice.ALL);
  }

  static Meant of(Magnet link) {
    return new Meant(
        TorrentIdentity.of(link),
        Optional.empty(),
        link.trackers().stream().map(List::of).toList(),
        link.peers(),
        link.webSeeds(),
        torrent -> chosen(torrent, link));
  }

  private static List<FilePriority> chosen(Metainfo torrent, Magnet link) throws IOException {
    if (link.selected().isEmpty()) {
      return List.of();
    }
    List<FilePriority> priorities = new ArrayList<>();
    for (int i = 0; i < torrent.files().size(); i++) {
      priorities.add(link.selects(i) ? FilePriority.NORMAL : FilePriority.SKIP);
    }
    if (!priorities.contains(FilePriority.NORMAL)) {
      throw new IOException(
          "the link selects (so=) none of its %d files; give --select FILES"
              .formatted(priorities.size()));
    }
    return priorities;
  }

  /** Whether only its trackers may lead to its peers (BEP 27), as far as it is known. */
  boolean isPrivate() {
    return torrent.map(Metainfo::isPrivate).orElse(false);
  }

  /** Whether a web server can be asked for its data before any peer is met. */
  boolean hasWebSeeds() {
    return torrent.map(Metainfo::webSeeds).orElse(List.of()).stream()
        .anyMatch(url -> url.startsWith("http"));
  }

  String name() {
    return identity.name();
  }
}
