package dev.skep.agent.session;

import dev.skep.agent.session.content.DataRules;
import dev.skep.agent.session.content.FileChoice;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.agent.session.content.Wanted;
import dev.skep.agent.storage.SeenFiles;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How one torrent is to be moved. Made from others by the methods here, or by {@link #with}.
 *
 * @param trackers announce URLs in tiers (BEP 12), used instead of the torrent's own unless empty
 * @param peers addresses to try at once, besides what trackers tell
 * @param linkPeers the same that a magnet link names ({@code x.pe}); none of a private torrent
 * @param webSeeds web servers that have its files (BEP 19), besides those that the torrent names
 *     itself; none of a private torrent
 * @param seedOnly the data must be there and whole; nothing is ever written
 * @param dataPath the file or folder that holds the data, where it is not {@code folder/name}
 * @param maxDownBytesPerSecond of this torrent; 0 for no limit but the session's
 * @param maxUpBytesPerSecond of this torrent; 0 for no limit but the session's
 * @param sharedRates limits that it shares with others
 * @param sessionLimits whether the rate limits of the session hold for it too
 * @param share what it gets of a limit compared with most others, when all want more; 1 as most
 * @param maxConnections of this torrent; 0 for as many as the session gives each
 * @param priorities of the torrent's files in their order; empty as {@code choice} says
 * @param choice the same for who does not know the torrent yet
 * @param sequential whether pieces are begun in order, instead of the rarest first
 * @param firstPiece where that order begins; what is before it comes last
 * @param superSeeding whether to show the pieces one by one while no other peer has them all (BEP
 *     16)
 * @param preallocate whether files are filled with zeros before the download begins
 * @param partNames whether a file is called {@code NAME.part} until all of it is verified
 * @param overwrite whether files that are there already and are not this torrent's own download may
 *     be overwritten and cut
 * @param recheck whether all data on disk is read, instead of trusting what is remembered of it
 * @param paused whether it waits for {@link Transfer#resume} as soon as its data is checked
 * @param seen what files looked like when they had all of the torrent's data: those that still do
 *     are not read
 */
public record TransferOptions(
    List<List<String>> trackers,
    List<Endpoint> peers,
    List<Endpoint> linkPeers,
    List<String> webSeeds,
    boolean seedOnly,
    Optional<Path> dataPath,
    long maxDownBytesPerSecond,
    long maxUpBytesPerSecond,
    List<SharedRate> sharedRates,
    boolean sessionLimits,
    double share,
    int maxConnections,
    List<FilePriority> priorities,
    FileChoice choice,
    boolean sequential,
    int firstPiece,
    boolean superSeeding,
    boolean preallocate,
    boolean partNames,
    boolean overwrite,
    boolean recheck,
    boolean paused,
    Optional<SeenFiles> seen) {

  public TransferOptions {
    trackers = trackers.stream().map(List::copyOf).toList();
    peers = List.copyOf(peers);
    linkPeers = List.copyOf(linkPeers);
    webSeeds = List.copyOf(webSeeds);
    sharedRates = List.copyOf(sharedRates);
    priorities = List.copyOf(priorities);
    if (!(share > 0) || maxConnections < 0 || firstPiece < 0) {
      throw new IllegalArgumentException(
          "a share of %s, %d peers, piece %d".formatted(share, maxConnections, firstPiece));
    }
  }

  /** Downloads what is missing, then seeds; trackers are the torrent's own. */
  public static TransferOptions defaults() {
    return new Draft().options();
  }

  /** The same but for what {@code changes} sets: {@code with(o -> o.superSeeding = true)}. */
  public TransferOptions with(Consumer<Draft> changes) {
    Draft draft = new Draft();
    draft.trackers = trackers;
    draft.peers = peers;
    draft.linkPeers = linkPeers;
    draft.webSeeds = webSeeds;
    draft.seedOnly = seedOnly;
    draft.dataPath = dataPath;
    draft.maxDownBytesPerSecond = maxDownBytesPerSecond;
    draft.maxUpBytesPerSecond = maxUpBytesPerSecond;
    draft.sharedRates = sharedRates;
    draft.sessionLimits = sessionLimits;
    draft.share = share;
    draft.maxConnections = maxConnections;
    draft.priorities = priorities;
    draft.choice = choice;
    draft.sequential = sequential;
    draft.firstPiece = firstPiece;
    draft.superSeeding = superSeeding;
    draft.preallocate = preallocate;
    draft.partNames = partNames;
    draft.overwrite = overwrite;
    draft.recheck = recheck;
    draft.paused = paused;
    draft.seen = seen;
    changes.accept(draft);
    return draft.options();
  }

  public TransferOptions withTrackers(List<List<String>> tiers) {
    return with(o -> o.trackers = tiers);
  }

  public TransferOptions withPeers(List<Endpoint> more) {
    return with(o -> o.peers = more);
  }

  /** Seeds the data at this path: the file itself, or the folder that holds the files. */
  public TransferOptions seeding(Path data) {
    return with(
        o -> {
          o.seedOnly = true;
          o.dataPath = Optional.of(data);
        });
  }

  /**
   * What of this torrent is to be downloaded.
   *
   * @throws IOException if what was chosen does not fit it
   */
  Wanted wanted(Metainfo metainfo) throws IOException {
    return Wanted.of(metainfo, priorities.isEmpty() ? choice.of(metainfo) : priorities);
  }

  /** What of this is for the data on disk. */
  DataRules dataRules() {
    return new DataRules(seedOnly, preallocate, partNames, overwrite, recheck, seen);
  }

  /** What of this is the torrent's logic to heed. */
  TorrentSettings torrentSettings(SessionSettings session) {
    return TorrentSettings.with(
        s -> {
          s.maxPeers =
              maxConnections > 0
                  ? Math.min(maxConnections, session.maxConnections())
                  : session.maxConnectionsPerTorrent();
          s.order =
              sequential ? TorrentSettings.Order.SEQUENTIAL : TorrentSettings.Order.RAREST_FIRST;
          s.firstPiece = firstPiece;
          s.superSeeding = superSeeding;
        });
  }

  /** Options being made; each field is the component of the same name, at its default. */
  public static final class Draft {
    public List<List<String>> trackers = List.of();
    public List<Endpoint> peers = List.of();
    public List<Endpoint> linkPeers = List.of();
    public List<String> webSeeds = List.of();
    public boolean seedOnly;
    public Optional<Path> dataPath = Optional.empty();
    public long maxDownBytesPerSecond;
    public long maxUpBytesPerSecond;
    public List<SharedRate> sharedRates = List.of();
    public boolean sessionLimits = true;
    public double share = 1;
    public int maxConnections;
    public List<FilePriority> priorities = List.of();
    public FileChoice choice = FileChoice.ALL;
    public boolean sequential;
    public int firstPiece;
    public boolean superSeeding;
    public boolean preallocate;
    public boolean partNames;
    public boolean overwrite;
    public boolean recheck;
    public boolean paused;
    public Optional<SeenFiles> seen = Optional.empty();

    private Draft() {}

    private TransferOptions options() {
      return new TransferOptions(
          trackers,
          peers,
          linkPeers,
          webSeeds,
          seedOnly,
          dataPath,
          maxDownBytesPerSecond,
          maxUpBytesPerSecond,
          sharedRates,
          sessionLimits,
          share,
          maxConnections,
          priorities,
          choice,
          sequential,
          firstPiece,
          superSeeding,
          preallocate,
          partNames,
          overwrite,
          recheck,
          paused,
          seen);
    }
  }
}
