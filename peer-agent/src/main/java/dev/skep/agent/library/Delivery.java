package dev.skep.agent.library;

import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.protocol.InfoHash;
import java.nio.file.Path;
import java.time.Instant;

/**
 * That a torrent's data is to appear at a place at once and whole. Until it is complete it lies in
 * a folder of its own below that place, on the same file system.
 *
 * @param origin who wants it: which follow or watch, as its setting says
 * @param folder the place; absolute
 * @param current whether the symbolic link {@code current} in that folder leads to the newest
 * @param published to the second; says which one is the newest
 */
public record Delivery(
    String origin, Path folder, boolean current, Instant published, Stage stage) {
  /** The folder below the place in which torrents are that are not complete. */
  public static final String INCOMING = ".skep-incoming";

  /** How far it is. */
  public enum Stage {
    FETCHING,
    /** It is there; whoever is to be told of it may not have been. */
    PLACED,
    DONE
  }

  public Delivery {
    if (!folder.isAbsolute()) {
      throw new IllegalArgumentException(folder + " is not absolute");
    }
    folder = folder.normalize();
  }

  /** Where it lies until it is complete. */
  public Place incoming(InfoHash hash) {
    return Place.in(folder.resolve(INCOMING).resolve(hash.hex()));
  }

  /** Whether that is where data lies. */
  public boolean isIncoming(Place place) {
    return stage == Stage.FETCHING && place.folder().startsWith(folder.resolve(INCOMING));
  }

  public Delivery at(Stage next) {
    return new Delivery(origin, folder, current, published, next);
  }

  /** The same to another place. */
  public Delivery to(Path next) {
    return new Delivery(origin, next, current, published, stage);
  }
}
