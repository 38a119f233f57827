package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is looked for in the catalogue. All of it must hold.
 *
 * @param name that it holds, in any case
 * @param exact whether it is the name as it is instead
 * @param labels that it has, each of them
 * @param infoHash that it has
 * @param minBytes how much it has at least
 * @param maxBytes how much it has at most
 * @param since when it was published, or later
 * @param until when it was published, or before
 */
public record CatalogueSearch(
    Optional<String> name,
    boolean exact,
    List<String> labels,
    Optional<InfoHash> infoHash,
    long minBytes,
    long maxBytes,
    Instant since,
    Instant until) {
  /** Finds everything. */
  public static final CatalogueSearch ALL =
      new CatalogueSearch(
          Optional.empty(),
          false,
          List.of(),
          Optional.empty(),
          0,
          Long.MAX_VALUE,
          Instant.MIN,
          Instant.MAX);

  public CatalogueSearch {
    if (!exact) { // here once, and not for each torrent that is looked at
      name = name.map(text -> text.toLowerCase(Locale.ROOT));
    }
  }

  /** What the found come in. */
  public enum Order {
    /** What was published last comes first. */
    NEWEST,
    /** By name, and those of one name as all are. */
    NAME
  }

  /** The one name that it can have, if it is known. */
  Optional<String> onlyName() {
    return exact ? name : Optional.empty();
  }

  boolean finds(RegisteredTorrent torrent) {
    Instant published = torrent.publication().published();
    return name.map(text -> isCalled(torrent, text)).orElse(true)
        && torrent.labels().containsAll(labels)
        && infoHash.map(hash -> isOf(torrent, hash)).orElse(true)
        && torrent.totalBytes() >= minBytes
        && torrent.totalBytes() <= maxBytes
        && !published.isBefore(since)
        && !published.isAfter(until);
  }

  private boolean isCalled(RegisteredTorrent torrent, String text) {
    return exact
        ? torrent.name().equals(text)
        : torrent.name().toLowerCase(Locale.ROOT).contains(text);
  }

  private static boolean isOf(RegisteredTorrent torrent, InfoHash hash) {
    return torrent.infoHash().equals(hash)
        || torrent.otherInfoHash().filter(hash::equals).isPresent();
  }
}
