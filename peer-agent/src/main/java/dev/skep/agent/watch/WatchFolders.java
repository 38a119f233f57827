package dev.skep.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.Watched;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.Delivery.Stage;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.service.Agent;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.service.settings.BadSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Adds the {@code .torrent} and {@code .magnet} files that are put into folders. What is added is
 * called {@code ….added} then, what is none {@code ….bad}.
 */
public final class WatchFolders implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WatchFolders.class.getName());
  private static final int MOST_BYTES = DecodeOptions.LENIENT.maxBytes();
  private static final int MOST_LINK_BYTES = 64 << 10;
  private static final int MOST_OF_ONE_NAME = 1000;

  private record Stamp(long bytes, Instant written) {}

  private final Agent agent;
  private final List<Watched> folders;
  private final Steady<Stamp> steady = new Steady<>();
  private final Troubles troubles = new Troubles();
  private final Optional<Looks> looks;

  /** Whether a look did something about what it saw. */
  private boolean isBusy;

  private WatchFolders(Agent agent, List<Watched> folders) {
    this.agent = agent;
    this.folders = folders;
    looks =
        folders.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Looks.begin(
                    "skep-watch", agent.settings().get(AgentKeys.WATCH_INTERVAL), this::look));
  }

  /**
   * Begins to look.
   *
   * @throws BadSettingException if data is to be put among what the agent itself keeps
   */
  public static WatchFolders open(Agent agent) throws BadSettingException {
    List<Watched> folders = agent.settings().get(AgentKeys.WATCH);
    for (Watched folder : folders) {
      try {
        agent.requireNotOurs(folder.target().orElse(agent.downloadFolder()));
      } catch (IOException e) {
        throw new BadSettingException(AgentKeys.WATCH.name() + ": " + e.getMessage());
      }
    }
    return new WatchFolders(agent, folders);
  }

  private boolean look() {
    isBusy = false;
    Set<Path> seen = new HashSet<>();
    for (Watched watched : folders) {
      try (Stream<Path> files = Files.list(watched.folder())) {
        for (Path file : (Iterable<Path>) files::iterator) {
          if (isOurs(file)) {
            seen.add(file);
            look(watched, file);
          }
        }
        troubles.over(watched.folder());
      } catch (IOException | UncheckedIOException e) {
        troubles.tell(watched.folder(), "cannot be looked into: " + e.getMessage());
      }
    }
    steady.keepOnly(seen);
    troubles.keepOnly(path -> seen.contains(path) || isWatched(path));
    return isBusy;
  }

  private boolean isWatched(Path path) {
    return folders.stream().anyMatch(watched -> watched.folder().equals(path));
  }

  private static boolean isOurs(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && (name.endsWith(".torrent") || name.endsWith(".magnet"));
  }

  private void look(Watched watched, Path file) {
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      Stamp stamp = new Stamp(now.size(), now.lastModifiedTime().toInstant());
      if (now.isRegularFile() && stamp.bytes > 0 && steady.isDue(file, stamp)) {
        isBusy = true;
        String ending = add(watched, file, stamp);
        steady.done(file, stamp); // also where it cannot be renamed
        rename(file, ending);
        troubles.over(file);
      }
    } catch (IOException e) { // also one that is gone meanwhile
      troubles.tell(file, "cannot be added now: " + e.getMessage());
    }
  }

  /** Returns what its name ends with then. */
  private String add(Watched watched, Path file, Stamp stamp) throws IOException {
    try {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".magnet")) {
        addLink(watched, link(file, stamp), stamp.written);
      } else {
        addTorrent(watched, torrent(file, stamp), stamp.written);
      }
      return ".added";
    } catch (MetainfoException e) {
      LOG.log(Level.WARNING, "{0} is not added: {1}", file, e.getMessage());
      return ".bad";
    }
  }

  private static Metainfo torrent(Path file, Stamp stamp) throws IOException, MetainfoException {
    if (stamp.bytes > MOST_BYTES) {
      throw new MetainfoException("too long for a .torrent file");
    }
    return Metainfo.parse(Files.readAllBytes(file));
  }

  private static Magnet link(Path file, Stamp stamp) throws IOException, MetainfoException {
    if (stamp.bytes > MOST_LINK_BYTES) {
      throw new MetainfoException("too long for a magnet link");
    }
    return Magnet.parse(new String(Files.readAllBytes(file), UTF_8).strip());
  }

  private void addTorrent(Watched watched, Metainfo metainfo, Instant written) throws IOException {
    TorrentRecord record =
        record(watched, metainfo.infoHash(), written)
            .with(r -> r.place = Agent.beginning(r.delivery.orElseThrow(), metainfo));
    agent.add(record, Optional.of(metainfo));
  }

  private void addLink(Watched watched, Magnet link, Instant written) throws IOException {
    TorrentRecord record =
        record(watched, link.infoHash(), written)
            .with(
                r -> {
                  r.magnet = Optional.of(link);
                  r.trackers = link.trackers().stream().map(List::of).toList();
                });
    agent.add(record, Optional.empty());
  }

  private TorrentRecord record(Watched watched, InfoHash hash, Instant written) {
    Delivery delivery =
        new Delivery(
            "watch " + watched.folder(),
            watched.target().orElse(agent.downloadFolder()),
            watched.current(),
            Instant.ofEpochSecond(written.getEpochSecond()),
            Stage.FETCHING);
    return TorrentRecord.of(hash, delivery.incoming(hash), agent.now())
        .with(
            r -> {
              r.delivery = Optional.of(delivery);
              r.labels = watched.labels();
              r.paused = !agent.settings().get(AgentKeys.START_ADDED);
            });
  }

  /** Never over another file. */
  private static void rename(Path file, String ending) throws IOException {
    for (int i = 0; i < MOST_OF_ONE_NAME; i++) {
      String number = i == 0 ? "" : "." + i;
      Path next = file.resolveSibling(file.getFileName() + number + ending);
      if (!Files.exists(next)) {
        Files.move(file, next);
        return;
      }
    }
    throw new IOException("there are too many files of that name");
  }

  @Override
  public void close() {
    looks.ifPresent(Looks::close);
  }
}
