package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A torrent that the tracker knows by name.
 *
 * @param infoHash what its peers announce
 * @param otherInfoHash what the version 2 half of a hybrid torrent announces (BEP 52)
 * @param name what people call it; others may have the same
 * @param totalBytes of all its files
 * @param files how many
 * @param pieces how many; 0 if an older tracker registered it
 * @param metainfoBytes of its .torrent file
 * @param registeredAt to the millisecond
 * @param publication what was said of it when it was registered
 * @param version of the catalogue since it is as it is; 0 if an older tracker registered it
 */
public record RegisteredTorrent(
    InfoHash infoHash,
    Optional<InfoHash> otherInfoHash,
    String name,
    long totalBytes,
    int files,
    int pieces,
    int metainfoBytes,
    Instant registeredAt,
    Publication publication,
    long version) {
  /**
   * Where a torrent stands among those that are sorted by when they were published, the last first.
   *
   * @param published whole seconds
   */
  public record Place(Instant published, InfoHash infoHash) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int newerFirst = other.published.compareTo(published);
      return newerFirst == 0 ? infoHash.compareTo(other.infoHash) : newerFirst;
    }
  }

  /** Where it stands among those that are sorted by name, and those of one name as all are. */
  public record NamedPlace(String name, Place place) implements Comparable<NamedPlace> {
    @Override
    public int compareTo(NamedPlace other) {
      int byName = name.compareTo(other.name);
      return byName == 0 ? place.compareTo(other.place) : byName;
    }
  }

  /** Its place among all. */
  public Place place() {
    return new Place(publication.published(), infoHash);
  }

  /** Its place by name. */
  public NamedPlace namedPlace() {
    return new NamedPlace(name, place());
  }

  /** Its labels, sorted. */
  public List<String> labels() {
    return publication.labels();
  }
}
