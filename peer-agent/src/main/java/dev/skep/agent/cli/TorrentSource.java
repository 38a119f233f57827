package dev.skep.agent.cli;

import dev.skep.agent.catalogue.TorrentDownload;
import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.discovery.ConnectionFailures;
import dev.skep.agent.place.Places;
import dev.skep.agent.place.TorrentPlace;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the torrent that a person means: a file, the only one in a folder, its URL, a magnet link,
 * a catalogue's name.
 */
final class TorrentSource {

  private final Terminal terminal;
  private final TrackerOption tracker;

  TorrentSource(Terminal terminal, TrackerOption tracker) {
    this.terminal = terminal;
    this.tracker = tracker;
  }

  /**
   * Reads or fetches the torrent; a magnet link only leads to it.
   *
   * @throws Failure in one line, when there is none
   */
  Meant resolve(String source) throws Failure, WrongUsage, IOException {
    return MagnetArgument.isLink(source)
        ? Meant.of(MagnetArgument.parse(source))
        : Meant.of(torrent(source));
  }

  /** The same where a magnet link is no source. */
  Metainfo torrent(String source) throws Failure, WrongUsage, IOException {
    if (Places.isUrl(source)) {
      return fileOrUrl(terminal, source);
    }
    Path file = Path.of(source);
    // Whoever names a tracker means its catalogue, even where the data of that name lies here.
    boolean meansCatalogue = tracker.isTyped() && !source.endsWith(".torrent");
    if (!meansCatalogue && Files.exists(file)) {
      return TorrentFiles.read(Files.isDirectory(file) ? TorrentFiles.onlyOne(file) : file);
    }
    if (!tracker.isGiven(terminal)) {
      throw new Failure(
          source + ": no such file; to get it by name from a catalogue, give --tracker URL");
    }
    return fromCatalogue(source);
  }

  /** The torrent in a file, or at a URL. */
  static Metainfo fileOrUrl(Terminal terminal, String source) throws Failure, IOException {
    return Places.isUrl(source)
        ? TorrentFiles.parse(fetch(terminal, source), source)
        : TorrentFiles.read(Path.of(source));
  }

  private Metainfo fromCatalogue(String name) throws Failure, WrongUsage, IOException {
    TrackerApi api = tracker.api(terminal);
    String infoHash = api.torrent(name).getString("infoHash");
    Metainfo torrent = TorrentFiles.parse(api.torrentFile(infoHash), api.base() + " " + name);
    List<List<String>> trackers = api.trackersOf(torrent);
    return trackers.equals(torrent.trackers()) ? torrent : torrent.withTrackers(trackers);
  }

  private static byte[] fetch(Terminal terminal, String url) throws Failure, IOException {
    Optional<TorrentPlace> place = new Places(terminal::variable).known(url);
    if (place.isPresent()) {
      return place
          .get()
          .read(TorrentFiles.MAX_BYTES)
          .orElseThrow(() -> new Failure(url + ": nothing is there, or not for you"));
    }
    try {
      return TorrentDownload.fetch(url, TorrentFiles.MAX_BYTES);
    } catch (TorrentDownload.UnfitException e) {
      throw new Failure(url + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Failure(
          url + ": cannot be fetched (" + ConnectionFailures.inWords(e) + "); check the URL", e);
    }
  }
}
