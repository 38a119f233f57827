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
import dev.skep.service.watch.Inbox;
import dev.skep.service.watch.Inbox.Stamp;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Adds the {@code .torrent} and {@code .magnet} files that are put into folders. What is added is
 * called {@code ….added} then, what is none {@code ….bad}.
 */
public final class WatchFolders implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WatchFolders.class.getName());
  private static final int MOST_BYTES = DecodeOptions.LENIENT.maxBytes();
  private static final int MOST_LINK_BYTES = 64 << 10;
  private static final String MAGNET = ".magnet";

  private final Agent agent;
  private final Map<Path, Watched> folders = new HashMap<>();
  private final Optional<Inbox> inbox;

  private WatchFolders(Agent agent, List<Watched> watched) {
    this.agent = agent;
    watched.forEach(each -> folders.putIfAbsent(each.folder(), each));
    inbox =
        watched.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Inbox.open(
                    "skep-watch",
                    agent.settings().get(AgentKeys.WATCH_INTERVAL),
                    List.copyOf(folders.keySet()),
                    List.of(".torrent", MAGNET),
                    this::add));
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

  /** Returns what its name ends with then. */
  private String add(Path folder, Path file, Stamp stamp) throws IOException {
    Watched watched = Objects.requireNonNull(folders.get(folder));
    try {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(MAGNET)) {
        addLink(watched, link(file, stamp), stamp.written());
      } else {
        addTorrent(watched, torrent(file, stamp), stamp.written());
      }
      return ".added";
    } catch (MetainfoException e) {
      LOG.log(Level.WARNING, "{0} is not added: {1}", file, e.getMessage());
      return ".bad";
    }
  }

  private static Metainfo torrent(Path file, Stamp stamp) throws IOException, MetainfoException {
    if (stamp.bytes() > MOST_BYTES) {
      throw new MetainfoException("too long for a .torrent file");
    }
    return Metainfo.parse(Files.readAllBytes(file));
  }

  private static Magnet link(Path file, Stamp stamp) throws IOException, MetainfoException {
    if (stamp.bytes() > MOST_LINK_BYTES) {
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

  @Override
  public void close() {
    inbox.ifPresent(Inbox::close);
  }
}
