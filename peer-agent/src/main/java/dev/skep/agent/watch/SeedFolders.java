package dev.skep.agent.watch;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.SharedFolder;
import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.PieceLength;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.SourceFile;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.watch.SeedBook.Made;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.service.files.FileFailures;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.watch.Looks;
import dev.skep.service.watch.Steady;
import dev.skep.service.watch.Troubles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a torrent of every file and folder that lies in certain folders, seeds it, and publishes it
 * where a tracker is named. One that changes becomes another torrent; one that goes is forgotten,
 * here and at the tracker, as long as something is left in its folder. Names that begin with a dot
 * are left out.
 */
public final class SeedFolders implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SeedFolders.class.getName());

  private final Agent agent;
  private final SeedBook book;
  private final Map<SharedFolder, Optional<Announcement>> folders = new HashMap<>();
  private final Steady<String> steady = new Steady<>();
  private final Troubles troubles = new Troubles();
  private final Optional<Looks> looks;

  /** Whether a look did something about what it saw; what failed is not tried all the time. */
  private boolean isBusy;

  private SeedFolders(
      Agent agent, Map<SharedFolder, Optional<Announcement>> folders, SeedBook book) {
    this.agent = agent;
    this.book = book;
    this.folders.putAll(folders);
    looks =
        folders.isEmpty() && book.all().isEmpty() && book.over().isEmpty()
            ? Optional.empty()
            : Optional.of(
                Looks.begin(
                    "skep-seed-folders",
                    agent.settings().get(AgentKeys.WATCH_INTERVAL),
                    this::look));
  }

  /**
   * Begins to look.
   *
   * @throws BadSettingException if a setting cannot be used, such as a token's file
   */
  public static SeedFolders open(Agent agent) throws BadSettingException, IOException {
    Map<SharedFolder, Optional<Announcement>> folders = new HashMap<>();
    for (SharedFolder folder : agent.settings().get(AgentKeys.SEED_FOLDERS)) {
      folders.put(folder, Announcement.of(folder));
    }
    return new SeedFolders(agent, folders, SeedBook.open(agent.library()));
  }

  private boolean look() throws InterruptedException {
    isBusy = false;
    Set<Path> seen = new HashSet<>();
    Set<Path> unknown = new HashSet<>(); // whose folder cannot be looked into
    for (SharedFolder folder : folders.keySet()) {
      try {
        List<Path> entries = entries(folder.folder());
        for (Path path : entries) {
          seen.add(path);
          look(folder, path);
        }
        if (entries.isEmpty()) { // as the folder of a file system that is not mounted
          unknown.add(folder.folder());
        }
        troubles.over(folder.folder());
      } catch (IOException | UncheckedIOException e) {
        unknown.add(folder.folder());
        troubles.tell(folder.folder(), "cannot be looked into: " + FileFailures.inWords(e));
      }
    }
    for (Path path : book.all().keySet()) {
      if (!seen.contains(path) && !unknown.contains(path.getParent())) {
        attempt(path, () -> book.remove(path));
      }
    }
    book.over().forEach((hash, path) -> attempt(path, () -> forget(hash, path)));
    steady.keepOnly(seen);
    troubles.keepOnly(
        path ->
            seen.contains(path)
                || folders.keySet().stream().anyMatch(each -> each.folder().equals(path))
                || book.over().containsValue(path));
    return isBusy;
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
          .sorted()
          .toList();
    }
  }

  // ---- What lies there ----

  private void look(SharedFolder folder, Path path) throws InterruptedException {
    try {
      String state = TreeState.of(path);
      Optional<Made> before = book.of(path);
      boolean isMade =
          before.filter(made -> made.state().equals(state)).isPresent()
              && agent.torrent(before.get().hash()).isPresent();
      if (isMade) {
        publish(folder, path, before.get());
        troubles.over(path);
      } else if (steady.isDue(path, state)) {
        Metainfo metainfo = make(folder, path);
        if (!state.equals(TreeState.of(path))) {
          return; // it is made when it is steady again
        }
        isBusy = true;
        seed(folder, path, metainfo, state);
      }
    } catch (MetainfoException e) {
      troubles.tell(path, "makes no torrent: " + e.getMessage());
      steadyAsItIs(path);
    } catch (IOException | UncheckedIOException e) {
      troubles.tell(path, "is not seeded now: " + FileFailures.inWords(e));
    }
  }

  private void steadyAsItIs(Path path) {
    try {
      steady.done(path, TreeState.of(path));
    } catch (IOException e) {
      // The next look says why.
    }
  }

  private Metainfo make(SharedFolder folder, Path path)
      throws IOException, MetainfoException, InterruptedException {
    String name = String.valueOf(path.getFileName());
    if (!SourceFile.isUsable(name)) {
      throw new MetainfoException(SourceFile.UNUSABLE);
    }
    Source files = Source.scan(path, Source.Without.NOTHING);
    List<List<String>> trackers =
        announcement(folder).map(at -> List.of(List.of(at.announceUrl()))).orElse(List.of());
    int pieceLength = PieceLength.forTotal(files.totalBytes());
    return NewTorrent.of(name, pieceLength, trackers, "Skep").make(files, _ -> {});
  }

  private void seed(SharedFolder folder, Path path, Metainfo metainfo, String state)
      throws IOException {
    InfoHash hash = metainfo.infoHash();
    TorrentRecord record =
        TorrentRecord.of(hash, new Place(folder.folder(), Optional.empty(), true), agent.now())
            .with(r -> r.labels = folder.labels());
    agent.add(record, Optional.of(metainfo));
    Made made = new Made(hash, state, false);
    book.put(path, made);
    publish(folder, path, made);
  }

  private void publish(SharedFolder folder, Path path, Made made) throws IOException {
    Optional<Announcement> at = announcement(folder);
    if (made.published() || at.isEmpty()) {
      return;
    }
    Optional<Metainfo> metainfo = agent.torrent(made.hash()).flatMap(AgentTorrent::metainfo);
    if (metainfo.isPresent() && at.get().isTime()) {
      isBusy = true;
      at.get().publish(metainfo.get(), folder.labels(), agent.now());
      book.put(path, new Made(made.hash(), made.state(), true));
      LOG.log(Level.INFO, "published {0} ({1})", metainfo.get().name(), made.hash().hex());
    }
  }

  private Optional<Announcement> announcement(SharedFolder folder) {
    return folders.getOrDefault(folder, Optional.empty());
  }

  // ---- What has gone ----

  private interface Deed {
    void run() throws IOException;
  }

  private void attempt(Path path, Deed deed) {
    try {
      deed.run();
    } catch (IOException e) {
      troubles.tell(path, "cannot be forgotten now: " + FileFailures.inWords(e));
    }
  }

  /** Data stays: it is not ours. */
  private void forget(InfoHash hash, Path path) throws IOException {
    Optional<AgentTorrent> torrent = agent.torrent(hash);
    if (torrent.isPresent()) {
      agent.remove(torrent.get(), false);
    }
    for (Map.Entry<SharedFolder, Optional<Announcement>> each : folders.entrySet()) {
      Optional<Announcement> at = each.getValue();
      if (each.getKey().folder().equals(path.getParent()) && at.isPresent()) {
        if (!at.get().isTime()) {
          return;
        }
        isBusy = true;
        at.get().withdraw(hash);
      }
    }
    book.forgotten(hash);
    troubles.over(path);
  }

  @Override
  public void close() {
    looks.ifPresent(Looks::close);
  }
}
