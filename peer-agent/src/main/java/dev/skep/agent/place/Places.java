package dev.skep.agent.place;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the place that a person writes. */
public final class Places {
  private static final String ENDING = ".torrent";

  private final Environment environment;

  /** What a process is told beside its command line, where no secret may stand. */
  @FunctionalInterface
  public interface Environment {
    /** A variable, if it is set. */
    Optional<String> variable(String name);
  }

  public Places(Environment environment) {
    this.environment = environment;
  }

  /** Whether it is the URL of a place: everything else is a path or a name. */
  public static boolean isUrl(String text) {
    return isWeb(text) || DropboxPlace.isOne(text);
  }

  private static boolean isWeb(String text) {
    return text.startsWith("http://") || text.startsWith("https://");
  }

  /**
   * Where a torrent is to be put.
   *
   * @param text a folder, or the URL of one or of the file itself: a URL of a folder ends with a
   *     slash
   * @param name of the torrent: what its file is called in a folder
   * @throws PlaceException if it is none
   */
  public TorrentPlace forTorrent(String text, String name) throws PlaceException {
    if (!isUrl(text)) {
      Path path = Path.of(text);
      boolean isFile = text.endsWith(ENDING);
      return new FolderPlace(isFile ? path : path.resolve(name + ENDING));
    }
    return at(text.endsWith("/") ? text + WebPlace.encoded(name + ENDING) : text);
  }

  /**
   * The place of a URL.
   *
   * @throws PlaceException if it is none
   */
  public TorrentPlace at(String url) throws PlaceException {
    if (DropboxPlace.isOne(url)) {
      return DropboxPlace.of(url, environment);
    }
    try {
      return WebPlace.of(new URI(url), Netrc.of(environment));
    } catch (URISyntaxException e) {
      throw new PlaceException(url + ": no URL; spaces and other signs are written as %20", e);
    }
  }

  /** The same where somebody has said who asks there; nothing where anybody may. */
  public Optional<TorrentPlace> known(String url) throws PlaceException {
    if (DropboxPlace.isOne(url)) {
      return Optional.of(at(url));
    }
    try {
      return WebPlace.known(new URI(url), Netrc.of(environment)).map(TorrentPlace.class::cast);
    } catch (URISyntaxException _) {
      return Optional.empty(); // who fetches it says so
    }
  }
}
