package dev.skep.agent.control;

import static dev.skep.agent.control.Field.flag;
import static dev.skep.agent.control.Field.number;
import static dev.skep.agent.control.Field.object;
import static dev.skep.agent.control.Field.real;
import static dev.skep.agent.control.Field.text;
import static dev.skep.agent.control.Field.texts;
import static dev.skep.agent.control.Name.camel;
import static dev.skep.agent.control.Name.kebab;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.TimesOfWeek;
import dev.skep.agent.dht.Dht;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.protocol.encryption.Encryption;
import dev.skep.service.settings.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every field of the session that {@code session_get} and {@code session_stats} give. */
final class SessionFields {
  /** What this speaks: that of Transmission 4.1. */
  static final String SEMVER = "6.0.0";

  private static final int RPC_VERSION = 18;
  private static final int OLDEST_RPC_VERSION = 14;
  private static final long DEFAULT_KILOS = 100;
  private static final double DEFAULT_RATIO = 2.0;
  private static final long DEFAULT_IDLE_MINUTES = 30;

  /**
   * The agent as a call sees it.
   *
   * @param sessionId what a call's header has to say
   */
  record Subject(Agent agent, String sessionId, String version) {
    <T> T get(Key<T> key) {
      return agent.settings().get(key);
    }
  }

  private SessionFields() {}

  private static final FieldTable<Subject> UNITS =
      new FieldTable<>(
          texts(kebab("speed_units"), _ -> List.of("kB/s", "MB/s", "GB/s", "TB/s")),
          number(kebab("speed_bytes"), _ -> 1000),
          texts(kebab("size_units"), _ -> List.of("kB", "MB", "GB", "TB")),
          number(kebab("size_bytes"), _ -> 1000),
          texts(kebab("memory_units"), _ -> List.of("KiB", "MiB", "GiB", "TiB")),
          number(kebab("memory_bytes"), _ -> 1024));

  private static final FieldTable<Dht.Status> DHT =
      new FieldTable<>(
          number(camel("ipv4_nodes"), Dht.Status::ipv4Nodes),
          number(camel("ipv6_nodes"), Dht.Status::ipv6Nodes),
          number(camel("items"), Dht.Status::items),
          number(camel("lookups"), Dht.Status::lookups),
          number(camel("peers"), Dht.Status::peers),
          number(camel("received"), Dht.Status::received),
          number(camel("refused"), Dht.Status::refused),
          number(camel("sent"), Dht.Status::sent),
          number(camel("torrents"), Dht.Status::torrents),
          number(camel("waiting"), Dht.Status::waiting),
          number(camel("wrong"), Dht.Status::wrong));

  static final FieldTable<Subject> ALL =
      new FieldTable<>(
          number(kebab("alt_speed_down"), s -> kilos(s, AgentKeys.ALTERNATIVE_DOWN, 50)),
          flag(kebab("alt_speed_enabled"), s -> s.get(AgentKeys.ALTERNATIVE)),
          number(
              kebab("alt_speed_time_begin"), s -> s.get(AgentKeys.ALTERNATIVE_TIMES).fromMinute()),
          number(kebab("alt_speed_time_day"), s -> days(s.get(AgentKeys.ALTERNATIVE_TIMES))),
          flag(kebab("alt_speed_time_enabled"), s -> s.get(AgentKeys.ALTERNATIVE_TIMED)),
          number(kebab("alt_speed_time_end"), s -> s.get(AgentKeys.ALTERNATIVE_TIMES).toMinute()),
          number(kebab("alt_speed_up"), s -> kilos(s, AgentKeys.ALTERNATIVE_UP, 50)),
          flag(kebab("blocklist_enabled"), _ -> false),
          number(kebab("blocklist_size"), _ -> 0),
          text(kebab("blocklist_url"), _ -> ""),
          number(kebab("cache_size_mb"), s -> s.agent().pieceMemoryBytes() >> 20),
          text(kebab("config_dir"), s -> s.agent().library().folder().toString()),
          text(kebab("default_trackers"), _ -> ""),
          flag(kebab("dht_enabled"), s -> s.agent().session().dht().isPresent()),
          text(kebab("download_dir"), s -> s.agent().downloadFolder().toString()),
          number(kebab("download_dir_free_space"), s -> freeBytes(s.agent().downloadFolder())),
          flag(kebab("download_queue_enabled"), s -> s.get(AgentKeys.ACTIVE_DOWNLOADS) > 0),
          number(kebab("download_queue_size"), s -> s.get(AgentKeys.ACTIVE_DOWNLOADS)),
          text(kebab("encryption"), s -> encryption(s.get(AgentKeys.ENCRYPTION))),
          number(
              kebab("idle_seeding_limit"),
              s ->
                  s.get(AgentKeys.GOAL_IDLE).map(Duration::toMinutes).orElse(DEFAULT_IDLE_MINUTES)),
          flag(kebab("idle_seeding_limit_enabled"), s -> s.get(AgentKeys.GOAL_IDLE).isPresent()),
          text(kebab("incomplete_dir"), s -> s.agent().downloadFolder().toString()),
          flag(kebab("incomplete_dir_enabled"), _ -> false),
          flag(kebab("lpd_enabled"), s -> s.get(AgentKeys.LOCAL_DISCOVERY)),
          number(kebab("peer_limit_global"), s -> s.agent().maxPeers()),
          number(kebab("peer_limit_per_torrent"), s -> s.agent().maxPeersPerTorrent()),
          number(kebab("peer_port"), s -> s.agent().session().listening().port()),
          flag(
              kebab("peer_port_random_on_start"),
              s -> s.get(AgentKeys.PORT).filter(port -> port == 0).isPresent()),
          flag(kebab("pex_enabled"), s -> s.get(AgentKeys.PEER_EXCHANGE)),
          flag(kebab("port_forwarding_enabled"), _ -> false),
          flag(kebab("queue_stalled_enabled"), _ -> true),
          number(kebab("queue_stalled_minutes"), _ -> 1),
          flag(kebab("rename_partial_files"), s -> s.get(AgentKeys.PART_NAMES)),
          number(kebab("rpc_version"), _ -> RPC_VERSION),
          number(kebab("rpc_version_minimum"), _ -> OLDEST_RPC_VERSION),
          text(kebab("rpc_version_semver"), _ -> SEMVER),
          flag(kebab("script_torrent_added_enabled"), _ -> false),
          text(kebab("script_torrent_added_filename"), _ -> ""),
          flag(kebab("script_torrent_done_enabled"), _ -> false),
          text(kebab("script_torrent_done_filename"), _ -> ""),
          flag(kebab("script_torrent_done_seeding_enabled"), _ -> false),
          text(kebab("script_torrent_done_seeding_filename"), _ -> ""),
          flag(kebab("seed_queue_enabled"), s -> s.get(AgentKeys.ACTIVE_SEEDS) > 0),
          number(kebab("seed_queue_size"), s -> s.get(AgentKeys.ACTIVE_SEEDS)),
          real(camel("seed_ratio_limit"), s -> s.get(AgentKeys.GOAL_RATIO).orElse(DEFAULT_RATIO)),
          flag(camel("seed_ratio_limited"), s -> s.get(AgentKeys.GOAL_RATIO).isPresent()),
          text(kebab("session_id"), Subject::sessionId),
          number(kebab("speed_limit_down"), s -> kilos(s, AgentKeys.MAX_DOWN, DEFAULT_KILOS)),
          flag(kebab("speed_limit_down_enabled"), s -> s.get(AgentKeys.MAX_DOWN) > 0),
          number(kebab("speed_limit_up"), s -> kilos(s, AgentKeys.MAX_UP, DEFAULT_KILOS)),
          flag(kebab("speed_limit_up_enabled"), s -> s.get(AgentKeys.MAX_UP) > 0),
          object(kebab("skep_dht"), s -> s.agent().session().dht().orElse(Dht.Status.NONE), DHT),
          flag(kebab("skep_paused"), s -> s.get(AgentKeys.PAUSED)),
          flag(kebab("start_added_torrents"), s -> s.get(AgentKeys.START_ADDED)),
          flag(kebab("trash_original_torrent_files"), _ -> false),
          object(kebab("units"), s -> s, UNITS),
          flag(kebab("utp_enabled"), _ -> false),
          text(kebab("version"), Subject::version));

  /** A rate in kilobytes; what is shown while it does not hold if there is none. */
  private static long kilos(Subject of, Key<Long> key, long otherwise) {
    long rate = of.get(key);
    return rate > 0 ? TorrentFields.kilos(rate) : otherwise;
  }

  private static String encryption(Encryption policy) {
    return switch (policy) {
      case OFF, ALLOW -> "tolerated";
      case PREFER -> "preferred";
      case REQUIRE -> "required";
    };
  }

  /** Sunday is 1, Monday 2, Saturday 64. */
  private static int days(TimesOfWeek times) {
    return times.days().stream().mapToInt(SessionFields::bit).sum();
  }

  static int bit(DayOfWeek day) {
    return 1 << (day.getValue() % 7);
  }

  /** In the file system that a folder is on or will be made on; −1 if nobody can tell. */
  static long freeBytes(Path folder) {
    return existing(folder).map(SessionFields::usable).orElse(-1L);
  }

  private static long usable(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  private static Optional<Path> existing(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      if (Files.isDirectory(at)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  // ---- Statistics ----

  /** What was moved. */
  record Moved(long uploaded, long downloaded, long filesAdded, long sessions, long seconds) {}

  private static final FieldTable<Moved> MOVED =
      new FieldTable<>(
          number(camel("downloaded_bytes"), Moved::downloaded),
          number(camel("files_added"), Moved::filesAdded),
          number(camel("seconds_active"), Moved::seconds),
          number(camel("session_count"), Moved::sessions),
          number(camel("uploaded_bytes"), Moved::uploaded));

  static final FieldTable<Statistics> STATISTICS =
      new FieldTable<>(
          number(
              camel("active_torrent_count"),
              s -> s.torrents().stream().filter(TorrentSnapshot::isAtWork).count()),
          object(kebab("cumulative_stats"), Statistics::ever, MOVED),
          object(kebab("current_stats"), Statistics::now, MOVED),
          number(
              camel("download_speed"),
              s -> s.torrents().stream().mapToLong(t -> t.status().downBytesPerSecond()).sum()),
          number(
              camel("paused_torrent_count"),
              s -> s.torrents().stream().filter(t -> t.record().paused()).count()),
          number(camel("torrent_count"), s -> s.torrents().size()),
          number(
              camel("upload_speed"),
              s -> s.torrents().stream().mapToLong(t -> t.status().upBytesPerSecond()).sum()));

  /**
   * All torrents at one moment.
   *
   * @param moved since the start, also by torrents that are gone
   */
  record Statistics(List<TorrentSnapshot> torrents, Totals moved, long seconds) {
    private Moved ever() {
      return new Moved(
          torrents.stream().mapToLong(t -> t.record().totals().uploadedBytes()).sum(),
          torrents.stream().mapToLong(t -> t.record().totals().downloadedBytes()).sum(),
          torrents.size(),
          1,
          seconds);
    }

    private Moved now() {
      return new Moved(moved.uploadedBytes(), moved.downloadedBytes(), torrents.size(), 1, seconds);
    }
  }
}
