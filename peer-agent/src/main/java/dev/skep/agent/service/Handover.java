package dev.skep.agent.service;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts complete data at its place, as a whole and at once: its files are on the disk before, and
 * whoever looks sees all of it or nothing. Each step may be done again after a kill.
 */
final class Handover {
  /** The link to the newest. */
  static final String CURRENT = "current";

  /** The link to the next one, until it takes the name of that before. */
  private static final String NEXT = ".skep-current";

  private static final int HASH_LETTERS = 8;

  private Handover() {}

  /**
   * A name that nobody has there: the torrent's own, or the same with a part of its hash.
   *
   * @throws IOException if both are taken
   */
  static Place free(Delivery delivery, String name, InfoHash hash) throws IOException {
    return places(delivery, name, hash, false).stream()
        .filter(place -> !Files.exists(place.data(name), NOFOLLOW_LINKS))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    delivery.folder().resolve(name)
                        + " is there already; move it away, it is tried again"));
  }

  /**
   * Where files of its names and lengths lie already, as when the agent lost what it knew of them.
   * Whether they are its own, a check has to say: nothing is ever written to that place.
   */
  static Optional<Place> found(Delivery delivery, Metainfo metainfo) {
    return places(delivery, metainfo.name(), metainfo.infoHash(), true).stream()
        .filter(place -> Relocation.seemsToLie(metainfo, place))
        .findFirst();
  }

  private static List<Place> places(
      Delivery delivery, String name, InfoHash hash, boolean seedOnly) {
    String other = name + "." + hash.hex().substring(0, HASH_LETTERS);
    return Stream.of(name, other)
        .filter(each -> !each.equals(Delivery.INCOMING) && !each.equals(NEXT))
        .filter(each -> !delivery.current() || !each.equals(CURRENT))
        .map(each -> each.equals(name) ? Optional.<String>empty() : Optional.of(each))
        .map(each -> new Place(delivery.folder(), each, seedOnly))
        .toList();
  }

  /** Writes to the disk what is in memory of it: a name is not there before its bytes. */
  static void force(Path data) throws IOException {
    if (!Files.exists(data)) {
      return; // it was moved already
    }
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (!Files.isSymbolicLink(file)) {
          WholeFile.force(file);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Moves a file or folder.
   *
   * @throws IOException if another is there; then it is where it was
   */
  static void move(Path from, Path to) throws IOException {
    if (Files.exists(from, NOFOLLOW_LINKS)) {
      if (Files.exists(to, NOFOLLOW_LINKS)) {
        throw new IOException(to + " is there already");
      }
      Files.move(from, to, ATOMIC_MOVE);
      WholeFile.force(to.resolveSibling("."));
    } else if (!Files.exists(to, NOFOLLOW_LINKS)) {
      throw new IOException(from + " is gone");
    }
    tidy(from.resolveSibling(".").normalize());
  }

  /** Deletes the folder in which a torrent was until it was complete, if it is empty. */
  static void tidy(Path own) throws IOException {
    if (deleteIfEmpty(own)) {
      deleteIfEmpty(own.resolveSibling(".").normalize());
    }
  }

  private static boolean deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  /** Whether the link leads to this data. */
  static boolean isCurrent(Path data) {
    Path link = data.resolveSibling(CURRENT);
    try {
      return Files.isSymbolicLink(link)
          && data.resolveSibling(Files.readSymbolicLink(link)).normalize().equals(data);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Lets the link lead to data beside it; nobody sees it missing.
   *
   * @throws IOException if something else is called so
   */
  static void switchCurrent(Path data) throws IOException {
    Path link = data.resolveSibling(CURRENT);
    if (isCurrent(data)) {
      return;
    }
    if (Files.exists(link, NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      throw new IOException(link + " is no symbolic link; move it away, it is tried again");
    }
    Path next = data.resolveSibling(NEXT);
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, Path.of(String.valueOf(data.getFileName())));
    Files.move(next, link, ATOMIC_MOVE);
    WholeFile.force(data.resolveSibling("."));
  }
}
