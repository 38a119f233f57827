package dev.skep.agent.control;

import static dev.skep.agent.control.Field.counts;
import static dev.skep.agent.control.Field.flag;
import static dev.skep.agent.control.Field.number;
import static dev.skep.agent.control.Field.numbers;
import static dev.skep.agent.control.Field.object;
import static dev.skep.agent.control.Field.objects;
import static dev.skep.agent.control.Field.real;
import static dev.skep.agent.control.Field.text;
import static dev.skep.agent.control.Field.texts;
import static dev.skep.agent.control.Name.camel;
import static dev.skep.agent.control.Name.kebab;

import dev.skep.agent.library.Goal;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.agent.session.peers.PeerSource.Kind;
import dev.skep.agent.webseed.WebSeedStatus;
import dev.skep.protocol.metainfo.Metainfo;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Every field of a torrent that {@code torrent_get} gives. */
final class TorrentFields {
  /** In Transmission a kilobyte of a rate is a thousand bytes. */
  static final long KILO = 1_000;

  private static final Map<String, String> MIME_TYPES =
      Map.of(
          "avi", "video/x-msvideo",
          "flac", "audio/flac",
          "iso", "application/x-cd-image",
          "mkv", "video/x-matroska",
          "mp3", "audio/mpeg",
          "mp4", "video/mp4",
          "pdf", "application/pdf",
          "txt", "text/plain",
          "webm", "video/webm",
          "zip", "application/zip");

  private TorrentFields() {}

  private static final FieldTable<Subject.File> FILES =
      new FieldTable<>(
          number(camel("bytes_completed"), Subject.File::verifiedBytes),
          number(camel("length"), Subject.File::bytes),
          text(camel("name"), Subject.File::name),
          number(camel("begin_piece"), Subject.File::first),
          number(camel("end_piece"), file -> file.last() + 1));

  private static final FieldTable<Subject.File> FILE_STATS =
      new FieldTable<>(
          number(camel("bytes_completed"), Subject.File::verifiedBytes),
          number(camel("priority"), file -> file.wish().priority()),
          flag(camel("wanted"), file -> file.wish().wanted()));

  private static final FieldTable<PeerStatus> PEERS =
      new FieldTable<>(
          text(camel("address"), peer -> peer.at().address().getHostAddress()),
          flag(camel("client_is_choked"), peer -> !has(peer, 'D')),
          flag(camel("client_is_interested"), peer -> has(peer, 'D') || has(peer, 'd')),
          text(camel("client_name"), PeerStatus::client),
          text(camel("flag_str"), peer -> peer.flags().replace("S", "")),
          flag(camel("is_downloading_from"), peer -> peer.downBytesPerSecond() > 0),
          flag(camel("is_encrypted"), peer -> has(peer, 'E')),
          flag(camel("is_incoming"), PeerStatus::incoming),
          flag(camel("is_uploading_to"), peer -> peer.upBytesPerSecond() > 0),
          flag(new Name("is_utp", "isUTP"), _ -> false),
          flag(camel("peer_is_choked"), peer -> !has(peer, 'U')),
          flag(camel("peer_is_interested"), peer -> has(peer, 'U') || has(peer, 'u')),
          number(camel("port"), peer -> peer.at().port()),
          real(camel("progress"), PeerStatus::progress),
          number(camel("rate_to_client"), PeerStatus::downBytesPerSecond),
          number(camel("rate_to_peer"), PeerStatus::upBytesPerSecond),
          texts(camel("skep_sources"), PeerStatus::sourceNames));

  private static boolean has(PeerStatus peer, char flag) {
    return peer.flags().indexOf(flag) >= 0;
  }

  private static final FieldTable<Subject> PEERS_FROM =
      new FieldTable<>(
          number(
              camel("from_cache"), torrent -> from(torrent, Kind.NAMED) + from(torrent, Kind.LINK)),
          number(camel("from_dht"), torrent -> from(torrent, Kind.DHT)),
          number(camel("from_incoming"), torrent -> from(torrent, Kind.INCOMING)),
          number(camel("from_lpd"), torrent -> from(torrent, Kind.NEIGHBOURHOOD)),
          number(camel("from_ltep"), _ -> 0),
          number(camel("from_pex"), torrent -> from(torrent, Kind.PEER)),
          number(camel("from_tracker"), torrent -> from(torrent, Kind.TRACKER)));

  /** Each peer counts once, by the first source of its address. */
  private static long from(Subject torrent, Kind kind) {
    return torrent.peers().stream()
        .filter(peer -> peer.sources().stream().sorted().findFirst().equals(Optional.of(kind)))
        .count();
  }

  private static final FieldTable<WebSeedStatus> WEB_SEEDS =
      new FieldTable<>(
          text(camel("url"), WebSeedStatus::url),
          text(camel("state"), seed -> seed.state().name().toLowerCase(Locale.ROOT)),
          text(camel("problem"), seed -> seed.problem().orElse("")),
          number(camel("retry_seconds"), WebSeedStatus::retrySeconds),
          number(camel("received_bytes"), WebSeedStatus::receivedBytes));

  private static final FieldTable<Subject.Tracker> TRACKERS =
      new FieldTable<>(
          text(camel("announce"), Subject.Tracker::url),
          number(camel("id"), Subject.Tracker::id),
          text(camel("scrape"), tracker -> scrape(tracker.url())),
          text(camel("sitename"), tracker -> siteName(tracker.url())),
          number(camel("tier"), Subject.Tracker::tier));

  private static final FieldTable<Subject.Tracker> TRACKER_STATS =
      new FieldTable<>(
          text(camel("announce"), Subject.Tracker::url),
          number(camel("announce_state"), TorrentFields::announceState),
          number(camel("download_count"), _ -> -1),
          flag(camel("has_announced"), tracker -> hasAnnounced(tracker)),
          flag(camel("has_scraped"), _ -> false),
          text(camel("host"), tracker -> host(tracker.url())),
          number(camel("id"), Subject.Tracker::id),
          flag(camel("is_backup"), tracker -> tracker.status().isEmpty()),
          number(
              camel("last_announce_peer_count"),
              tracker -> tracker.status().map(TrackerStatus::peersReceived).orElse(0)),
          text(
              camel("last_announce_result"),
              tracker ->
                  tracker
                      .status()
                      .flatMap(TrackerStatus::message)
                      .orElse(hasAnnounced(tracker) ? "Success" : "")),
          number(camel("last_announce_start_time"), TorrentFields::lastAnnounce),
          flag(
              camel("last_announce_succeeded"),
              tracker -> tracker.status().filter(TrackerStatus::working).isPresent()),
          number(camel("last_announce_time"), TorrentFields::lastAnnounce),
          flag(camel("last_announce_timed_out"), _ -> false),
          text(camel("last_scrape_result"), _ -> ""),
          number(camel("last_scrape_start_time"), _ -> 0),
          flag(camel("last_scrape_succeeded"), _ -> false),
          number(camel("last_scrape_time"), _ -> 0),
          flag(camel("last_scrape_timed_out"), _ -> false),
          number(
              camel("leecher_count"),
              tracker -> tracker.status().map(TrackerStatus::leechers).orElse(-1)),
          number(camel("next_announce_time"), TorrentFields::nextAnnounce),
          number(camel("next_scrape_time"), _ -> 0),
          text(camel("scrape"), tracker -> scrape(tracker.url())),
          number(camel("scrape_state"), _ -> 0),
          number(
              camel("seeder_count"),
              tracker -> tracker.status().map(TrackerStatus::seeders).orElse(-1)),
          text(camel("sitename"), tracker -> siteName(tracker.url())),
          number(camel("tier"), Subject.Tracker::tier));

  private static boolean hasAnnounced(Subject.Tracker tracker) {
    return tracker.status().filter(s -> s.working() || s.message().isPresent()).isPresent();
  }

  /** 0 never again, 1 waits, 3 is at it. */
  private static long announceState(Subject.Tracker tracker) {
    return tracker.status().map(s -> s.nextAnnounce().isZero() ? 3L : 1L).orElse(0L);
  }

  private static long lastAnnounce(Subject.Tracker tracker) {
    return tracker
        .status()
        .flatMap(TrackerStatus::sinceAnnounce)
        .map(since -> tracker.now().minus(since).getEpochSecond())
        .orElse(0L);
  }

  private static long nextAnnounce(Subject.Tracker tracker) {
    return tracker
        .status()
        .map(s -> tracker.now().plus(s.nextAnnounce()).getEpochSecond())
        .orElse(0L);
  }

  /** As BEP 48 has it: empty if there is none. */
  private static String scrape(String announce) {
    int slash = announce.lastIndexOf('/');
    return slash >= 0 && announce.startsWith("/announce", slash)
        ? announce.substring(0, slash) + "/scrape" + announce.substring(slash + 9)
        : announce.startsWith("udp:") ? announce : "";
  }

  private static String host(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() == null
          ? url
          : uri.getScheme()
              + "://"
              + uri.getHost()
              + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    } catch (IllegalArgumentException e) {
      return url;
    }
  }

  /** The name of its domain without what stands after: {@code example} of tracker.example.org. */
  private static String siteName(String url) {
    String host = host(url).replaceFirst("^\\w+://", "").replaceFirst(":\\d+$", "");
    String[] labels = host.split("\\.", -1);
    boolean address = host.contains(":") || host.matches("[\\d.]+");
    return address || labels.length < 2 ? host : labels[labels.length - 2];
  }

  // ---- Torrents ----

  static final FieldTable<Subject> ALL =
      new FieldTable<>(
          number(camel("activity_date"), t -> seconds(t.record().times().active())),
          number(camel("added_date"), t -> t.record().times().added().getEpochSecond()),
          counts(camel("availability"), Subject::availability),
          number(camel("bandwidth_priority"), t -> t.record().limits().priority()),
          text(camel("comment"), t -> t.view().metainfo().flatMap(Metainfo::comment).orElse("")),
          number(camel("corrupt_ever"), t -> t.record().totals().wastedBytes()),
          text(camel("creator"), t -> t.view().metainfo().flatMap(Metainfo::createdBy).orElse("")),
          number(
              camel("date_created"),
              t -> seconds(t.view().metainfo().flatMap(Metainfo::createdAt))),
          number(camel("desired_available"), Subject::availableBytes),
          number(camel("done_date"), t -> seconds(t.record().times().done())),
          text(camel("download_dir"), t -> t.record().place().folder().toString()),
          number(camel("download_limit"), t -> kilos(t.record().limits().downBytesPerSecond())),
          flag(camel("download_limited"), t -> t.record().limits().downLimited()),
          number(camel("downloaded_ever"), t -> t.record().totals().downloadedBytes()),
          number(camel("edit_date"), t -> t.view().changedAt().getEpochSecond()),
          number(camel("error"), Subject::error),
          text(camel("error_string"), Subject::errorText),
          number(camel("eta"), Subject::secondsLeft),
          number(camel("eta_idle"), _ -> -1),
          number(kebab("file_count"), t -> t.files().size()),
          objects(camel("file_stats"), Subject::files, FILE_STATS),
          objects(camel("files"), Subject::files, FILES),
          text(camel("group"), t -> Groups.of(t.agent(), t.record().labels())),
          text(camel("hash_string"), t -> t.record().infoHash().hex()),
          number(camel("have_unchecked"), _ -> 0),
          number(camel("have_valid"), Subject::verifiedBytes),
          flag(camel("honors_session_limits"), t -> t.record().limits().honorsSession()),
          number(camel("id"), t -> t.view().id()),
          flag(camel("is_finished"), t -> t.record().paused() && t.view().reached().isPresent()),
          flag(
              camel("is_private"),
              t -> t.view().metainfo().filter(Metainfo::isPrivate).isPresent()),
          flag(camel("is_stalled"), TorrentFields::isStalled),
          texts(camel("labels"), t -> t.record().labels()),
          number(camel("left_until_done"), t -> t.wantedBytes() - t.status().verifiedBytes()),
          text(camel("magnet_link"), TorrentFields::magnet),
          number(camel("manual_announce_time"), _ -> -1),
          number(camel("max_connected_peers"), TorrentFields::maxPeers),
          real(
              camel("metadata_percent_complete"), t -> t.view().metainfo().isPresent() ? 1.0 : 0.0),
          text(camel("name"), t -> t.view().name()),
          number(kebab("peer_limit"), TorrentFields::maxPeers),
          objects(camel("peers"), Subject::peers, PEERS),
          number(camel("peers_connected"), t -> t.peers().size()),
          object(camel("peers_from"), t -> t, PEERS_FROM),
          number(
              camel("peers_getting_from_us"),
              t -> t.peers().stream().filter(peer -> peer.upBytesPerSecond() > 0).count()),
          number(
              camel("peers_sending_to_us"),
              t -> t.peers().stream().filter(peer -> peer.downBytesPerSecond() > 0).count()),
          real(
              camel("percent_complete"), t -> ratio(t.verifiedBytes(), t.view().torrentBytes(), 0)),
          real(camel("percent_done"), t -> ratio(t.status().verifiedBytes(), t.wantedBytes(), 0)),
          number(camel("piece_count"), Subject::pieceCount),
          number(
              camel("piece_size"),
              t -> t.view().metainfo().map(m -> (long) m.layout().pieceLengthBytes()).orElse(0L)),
          text(camel("pieces"), t -> Base64.getEncoder().encodeToString(t.pieces())),
          text(kebab("primary_mime_type"), TorrentFields::mimeType),
          numbers(
              camel("priorities"),
              t -> t.files().stream().map(file -> file.wish().priority()).toList()),
          number(camel("queue_position"), Subject::position),
          number(camel("rate_download"), t -> t.status().downBytesPerSecond()),
          number(camel("rate_upload"), t -> t.status().upBytesPerSecond()),
          real(
              camel("recheck_progress"),
              t ->
                  t.status().state() == State.CHECKING
                      ? ratio(t.status().checkedBytes(), t.status().totalBytes(), 0)
                      : 0.0),
          number(camel("seconds_downloading"), t -> t.record().times().downloading().toSeconds()),
          number(camel("seconds_seeding"), t -> t.record().times().seeding().toSeconds()),
          number(
              camel("seed_idle_limit"),
              t -> t.view().goals().idleTime().end().map(time -> time.toMinutes()).orElse(30L)),
          number(camel("seed_idle_mode"), t -> mode(t.record().goals().idleTime())),
          real(camel("seed_ratio_limit"), t -> t.view().goals().ratio().end().orElse(2.0)),
          number(camel("seed_ratio_mode"), t -> mode(t.record().goals().ratio())),
          flag(camel("sequential_download"), t -> t.record().sequential()),
          number(camel("sequential_download_from_piece"), t -> t.record().firstPiece()),
          number(camel("size_when_done"), Subject::wantedBytes),
          number(camel("start_date"), t -> seconds(t.view().startedAt())),
          number(camel("status"), Subject::statusNumber),
          text(
              camel("torrent_file"),
              t -> t.agent().library().metainfoFile(t.record().infoHash()).toString()),
          number(camel("total_size"), t -> t.view().torrentBytes()),
          text(
              camel("tracker_list"),
              t ->
                  t.tiers().stream()
                      .map(tier -> String.join("\n", tier))
                      .collect(Collectors.joining("\n\n"))),
          objects(camel("tracker_stats"), Subject::trackers, TRACKER_STATS),
          objects(camel("trackers"), Subject::trackers, TRACKERS),
          number(camel("upload_limit"), t -> kilos(t.record().limits().upBytesPerSecond())),
          flag(camel("upload_limited"), t -> t.record().limits().upLimited()),
          real(
              camel("upload_ratio"),
              t -> ratio(t.record().totals().uploadedBytes(), t.verifiedBytes(), -1)),
          number(camel("uploaded_ever"), t -> t.record().totals().uploadedBytes()),
          numbers(
              camel("wanted"),
              t -> t.files().stream().map(file -> file.wish().wanted() ? 1 : 0).toList()),
          texts(
              camel("webseeds"),
              t -> t.view().metainfo().map(Metainfo::webSeeds).orElse(List.of())),
          number(
              camel("webseeds_sending_to_us"),
              t ->
                  t.status().webServers().stream()
                      .filter(server -> server.downBytesPerSecond() > 0)
                      .count()),
          objects(camel("skep_web_seeds"), t -> t.status().webSeeds(), WEB_SEEDS));

  private static long seconds(Optional<Instant> at) {
    return at.map(Instant::getEpochSecond).orElse(0L);
  }

  static long kilos(long bytesPerSecond) {
    return bytesPerSecond / KILO;
  }

  private static double ratio(long part, long whole, double otherwise) {
    return whole > 0 ? (double) part / whole : otherwise;
  }

  /** 0 as all, 1 its own, 2 never. */
  private static long mode(Goal<?> goal) {
    return switch (goal) {
      case Goal.Inherited<?> _ -> 0;
      case Goal.At<?> _ -> 1;
      case Goal.Never<?> _ -> 2;
    };
  }

  private static boolean isStalled(Subject torrent) {
    return torrent.view().isAtWork()
        && torrent.status().downBytesPerSecond() == 0
        && torrent.status().upBytesPerSecond() == 0;
  }

  private static long maxPeers(Subject torrent) {
    int own = torrent.record().limits().maxPeers();
    return own > 0
        ? Math.min(own, torrent.agent().maxPeers())
        : torrent.agent().maxPeersPerTorrent();
  }

  private static String magnet(Subject torrent) {
    return torrent
        .view()
        .metainfo()
        .map(Metainfo::magnet)
        .or(() -> torrent.record().magnet())
        .map(Object::toString)
        .orElse("");
  }

  /** Of the file type that most of its bytes are of, as far as it is known by its ending. */
  private static String mimeType(Subject torrent) {
    Map<String, Long> bytes = new TreeMap<>();
    for (Subject.File file : torrent.files()) {
      String name = file.name();
      String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      bytes.merge(
          MIME_TYPES.getOrDefault(ending, "application/octet-stream"), file.bytes(), Long::sum);
    }
    return bytes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("application/octet-stream");
  }
}
