package dev.skep.agent.library;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Magnet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the service knows of one torrent across restarts, besides the torrent itself and its resume
 * state. Made from others by {@link #with}.
 *
 * @param infoHash what it is named by everywhere
 * @param magnet the link that it was added by, as long as the torrent itself is not known
 * @param place where its data lies
 * @param movingTo where it is being moved to; a move that was interrupted goes on at the next start
 * @param delivery where its data is to appear when it is complete, if a follow or watch wants it
 * @param trackers announce URLs in tiers, used instead of the torrent's own unless empty
 * @param labels what its owner sorts it by
 * @param files in the torrent's order; empty for all alike
 * @param limits its own
 * @param queueKey whose is lower has its turn first
 * @param paused by its owner, or because its part is done
 * @param sequential whether pieces are fetched in order
 * @param firstPiece where that order begins
 * @param leaving it is removed, and its data is being deleted; a deletion that was interrupted goes
 *     on at the next start
 */
public record TorrentRecord(
    InfoHash infoHash,
    Optional<Magnet> magnet,
    Place place,
    Optional<Place> movingTo,
    Optional<Delivery> delivery,
    List<List<String>> trackers,
    List<String> labels,
    List<FileWish> files,
    Limits limits,
    long queueKey,
    boolean paused,
    boolean sequential,
    int firstPiece,
    boolean leaving,
    Goals goals,
    Totals totals,
    Times times) {

  /**
   * Where data lies.
   *
   * @param folder absolute; the file or folder is in it
   * @param name what the file or folder is called, if not as the torrent says
   * @param seedOnly nothing is ever written there
   */
  public record Place(Path folder, Optional<String> name, boolean seedOnly) {
    public Place {
      if (!folder.isAbsolute()) {
        throw new IllegalArgumentException(folder + " is not absolute");
      }
      folder = folder.normalize();
      name.ifPresent(Place::requireName);
    }

    private static void requireName(String name) {
      Path path = Path.of(name);
      if (name.isEmpty()
          || path.getNameCount() != 1
          || path.isAbsolute()
          || name.equals(".")
          || name.equals("..")) {
        throw new IllegalArgumentException("'" + name + "' is not the name of a file");
      }
    }

    /** Data that is called as the torrent says. */
    public static Place in(Path folder) {
      return new Place(folder, Optional.empty(), false);
    }

    /** The file or folder itself. */
    public Path data(String torrentName) {
      return folder.resolve(name.orElse(torrentName));
    }

    public Place withFolder(Path next) {
      return new Place(next, name, seedOnly);
    }

    public Place withName(String next) {
      return new Place(folder, Optional.of(next), seedOnly);
    }
  }

  /**
   * Limits of one torrent. A rate is remembered also while it does not hold.
   *
   * @param honorsSession whether the limits over all torrents hold for it too
   * @param maxPeers connections at once; 0 for as many as others have
   * @param priority among torrents: below 0 low, 0 normal, above 0 high
   */
  public record Limits(
      long downBytesPerSecond,
      boolean downLimited,
      long upBytesPerSecond,
      boolean upLimited,
      boolean honorsSession,
      int maxPeers,
      int priority) {
    public static final Limits NONE = new Limits(0, false, 0, false, true, 0, 0);

    public Limits {
      if (downBytesPerSecond < 0 || upBytesPerSecond < 0 || maxPeers < 0) {
        throw new IllegalArgumentException("a limit below 0");
      }
      priority = Integer.signum(priority);
    }

    /** What it gets when all want more than a limit lets through: 1 of most, 2 of high ones. */
    public double share() {
      return Math.scalb(1.0, priority);
    }

    /** The rest of them. */
    public Limits withoutRates() {
      return new Limits(0, false, 0, false, honorsSession, maxPeers, priority);
    }
  }

  /** Payload in bytes, over all runs. */
  public record Totals(long downloadedBytes, long uploadedBytes, long wastedBytes) {
    public static final Totals NONE = new Totals(0, 0, 0);

    public Totals {
      if (downloadedBytes < 0 || uploadedBytes < 0 || wastedBytes < 0) {
        throw new IllegalArgumentException("a total below 0");
      }
    }

    /** The greater of each. */
    public Totals most(Totals other) {
      return new Totals(
          Math.max(downloadedBytes, other.downloadedBytes),
          Math.max(uploadedBytes, other.uploadedBytes),
          Math.max(wastedBytes, other.wastedBytes));
    }

    public Totals plus(long down, long up, long wasted) {
      return new Totals(downloadedBytes + down, uploadedBytes + up, wastedBytes + wasted);
    }
  }

  /**
   * When things happened, to the second.
   *
   * @param done when it first had all that was wanted
   * @param active when something last came or went
   * @param downloading how long it was at work and lacked something
   * @param seeding how long it was at work and lacked nothing
   */
  public record Times(
      Instant added,
      Optional<Instant> done,
      Optional<Instant> active,
      Duration downloading,
      Duration seeding) {
    public Times {
      if (downloading.isNegative() || seeding.isNegative()) {
        throw new IllegalArgumentException("a time below 0");
      }
    }

    public static Times addedAt(Instant now) {
      return new Times(now, Optional.empty(), Optional.empty(), Duration.ZERO, Duration.ZERO);
    }
  }

  public TorrentRecord {
    trackers = trackers.stream().map(List::copyOf).toList();
    labels = List.copyOf(labels);
    files = List.copyOf(files);
    if (firstPiece < 0) {
      throw new IllegalArgumentException("there is no piece " + firstPiece);
    }
  }

  /** A torrent that was just added, to be downloaded to or found in {@code place}. */
  public static TorrentRecord of(InfoHash infoHash, Place place, Instant now) {
    return new Draft(infoHash, place, now).made();
  }

  /** The same but for what {@code changes} sets: {@code with(r -> r.paused = true)}. */
  public TorrentRecord with(Consumer<Draft> changes) {
    Draft draft = new Draft(infoHash, place, times.added());
    draft.magnet = magnet;
    draft.movingTo = movingTo;
    draft.delivery = delivery;
    draft.trackers = trackers;
    draft.labels = labels;
    draft.files = files;
    draft.limits = limits;
    draft.queueKey = queueKey;
    draft.paused = paused;
    draft.sequential = sequential;
    draft.firstPiece = firstPiece;
    draft.leaving = leaving;
    draft.goals = goals;
    draft.totals = totals;
    draft.times = times;
    changes.accept(draft);
    return draft.made();
  }

  /** A record being made; each field is the component of the same name, at its default. */
  public static final class Draft {
    private final InfoHash infoHash;
    public Optional<Magnet> magnet = Optional.empty();
    public Place place;
    public Optional<Place> movingTo = Optional.empty();
    public Optional<Delivery> delivery = Optional.empty();
    public List<List<String>> trackers = List.of();
    public List<String> labels = List.of();
    public List<FileWish> files = List.of();
    public Limits limits = Limits.NONE;
    public long queueKey;
    public boolean paused;
    public boolean sequential;
    public int firstPiece;
    public boolean leaving;
    public Goals goals = Goals.INHERITED;
    public Totals totals = Totals.NONE;
    public Times times;

    Draft(InfoHash infoHash, Place place, Instant added) {
      this.infoHash = infoHash;
      this.place = place;
      this.times = Times.addedAt(added);
    }

    TorrentRecord made() {
      return new TorrentRecord(
          infoHash,
          magnet,
          place,
          movingTo,
          delivery,
          trackers,
          labels,
          files,
          limits,
          queueKey,
          paused,
          sequential,
          firstPiece,
          leaving,
          goals,
          totals,
          times);
    }
  }
}
