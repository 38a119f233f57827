package dev.skep.agent.control;

import dev.skep.agent.control.RpcException.Kind;
import dev.skep.agent.library.FileWish;
import dev.skep.agent.library.Goal;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Limits;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.QueueOrder.Move;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code torrent_set}: changes what is to be done with torrents. */
final class TorrentSet {
  private static final int MOST_LABELS = 1_000;
  private static final double MOST_RATIO = 1e6;

  private final Agent agent;

  TorrentSet(Agent agent) {
    this.agent = agent;
  }

  Answer call(Params params) throws RpcException, IOException {
    List<AgentTorrent> chosen = Selection.of(params, agent);
    Optional<String> location = params.text("location").filter(text -> !text.isEmpty());
    Optional<List<String>> labels = labels(params);
    Optional<String> group = params.text("group").map(String::strip);
    requireNoComma(group.orElse(""));
    Optional<Integer> firstPiece = firstPiece(params);
    for (AgentTorrent torrent : chosen) {
      TorrentRecord before = torrent.record();
      int files = torrent.metainfo().map(metainfo -> metainfo.files().size()).orElse(0);
      TorrentRecord after =
          withLabels(
              withFiles(withTrackers(before, torrent, params), params, files), labels, group);
      torrent.change(
          r -> {
            r.files = next(r.files, before.files(), after.files());
            r.trackers = next(r.trackers, before.trackers(), after.trackers());
            r.labels = next(r.labels, before.labels(), after.labels());
            r.limits = limits(r.limits, params);
            r.sequential = params.flag("sequential_download").orElse(r.sequential);
            r.firstPiece = firstPiece.orElse(r.firstPiece);
            setGoals(r, params);
          });
      if (location.isPresent()) {
        Path folder = TorrentMethods.absolute(location.get(), "new location path is not absolute");
        agent.requireNotOurs(folder);
        torrent.relocate(before.place().withFolder(folder), true);
      }
    }
    Optional<Integer> position = params.count("queue_position");
    if (position.isPresent()) {
      for (AgentTorrent torrent : chosen) {
        agent.move(List.of(torrent), new Move.To(Math.max(0, position.get())));
      }
    }
    return Answer.NOTHING;
  }

  /** What this call does not change stays as another one may have set it meanwhile. */
  private static <T> T next(T now, T before, T after) {
    return after.equals(before) ? now : after;
  }

  // ---- Labels, limits, goals ----

  private TorrentRecord withLabels(
      TorrentRecord record, Optional<List<String>> labels, Optional<String> group)
      throws RpcException {
    List<String> named = labels.orElse(record.labels());
    List<String> all = group.map(name -> Groups.in(agent, named, name)).orElse(named);
    requireFew(all);
    return record.with(r -> r.labels = all);
  }

  static Optional<List<String>> labels(Params params) throws RpcException {
    Optional<JsonArray> list = params.list("labels");
    if (list.isEmpty()) {
      return Optional.empty();
    }
    List<String> labels = new ArrayList<>();
    for (JsonValue each : list.get()) {
      String label = each instanceof JsonString text ? text.getString().strip() : "";
      if (label.isEmpty()) {
        throw new RpcException(Kind.INVALID_PARAMS, "labels cannot be empty");
      }
      requireNoComma(label);
      if (!labels.contains(label)) {
        labels.add(label);
      }
    }
    requireFew(labels);
    return Optional.of(labels);
  }

  private static void requireNoComma(String label) throws RpcException {
    if (label.contains(",")) {
      throw new RpcException(Kind.INVALID_PARAMS, "labels cannot contain comma (,) character");
    }
  }

  private static void requireFew(List<String> labels) throws RpcException {
    if (labels.size() > MOST_LABELS) {
      throw new RpcException(Kind.INVALID_PARAMS, "too many labels");
    }
  }

  /** Where a download in order begins. */
  static Optional<Integer> firstPiece(Params params) throws RpcException {
    Optional<Integer> piece = params.count("sequential_download_from_piece");
    if (piece.isPresent() && piece.get() < 0) {
      throw new RpcException(
          Kind.INVALID_PARAMS, "piece to sequentially download from is negative");
    }
    return piece;
  }

  static Limits limits(Limits before, Params params) {
    return new Limits(
        params.number("download_limit").map(TorrentSet::bytes).orElse(before.downBytesPerSecond()),
        params.flag("download_limited").orElse(before.downLimited()),
        params.number("upload_limit").map(TorrentSet::bytes).orElse(before.upBytesPerSecond()),
        params.flag("upload_limited").orElse(before.upLimited()),
        params.flag("honors_session_limits").orElse(before.honorsSession()),
        params.count("peer_limit").map(most -> Math.max(0, most)).orElse(before.maxPeers()),
        params.count("bandwidth_priority").orElse(before.priority()));
  }

  /** Bytes per second of a rate in kilobytes. */
  static long bytes(long kilos) {
    return Math.clamp(kilos, 0, Long.MAX_VALUE / TorrentFields.KILO) * TorrentFields.KILO;
  }

  private void setGoals(TorrentRecord.Draft record, Params params) {
    Optional<Double> ratio = params.real("seed_ratio_limit").map(r -> Math.clamp(r, 0, MOST_RATIO));
    record.goals =
        record.goals.withRatio(
            goal(record.goals.ratio(), params.number("seed_ratio_mode"), ratio, 2.0));
    Optional<Duration> idle =
        params.number("seed_idle_limit").map(m -> Duration.ofMinutes(Math.clamp(m, 0, 1 << 30)));
    record.goals =
        record.goals.withIdleTime(
            goal(
                record.goals.idleTime(),
                params.number("seed_idle_mode"),
                idle,
                Duration.ofMinutes(30)));
  }

  /**
   * A goal whose mode and value are set apart from one another.
   *
   * @param otherwise its value if it never had one
   */
  private static <T> Goal<T> goal(
      Goal<T> before, Optional<Long> mode, Optional<T> value, T otherwise) {
    if (mode.isEmpty()) {
      return before instanceof Goal.At<T> && value.isPresent() ? Goal.at(value.get()) : before;
    }
    return switch (Math.toIntExact(Math.clamp(mode.get(), 0, 2))) {
      case 0 -> Goal.inherited();
      case 1 -> Goal.at(value.or(before::end).orElse(otherwise));
      default -> Goal.never();
    };
  }

  // ---- Files ----

  /** The record with what the call says of files. */
  static TorrentRecord withFiles(TorrentRecord record, Params params, int count)
      throws RpcException {
    FileWish[] wishes = new FileWish[count];
    Arrays.fill(wishes, FileWish.NORMAL);
    for (int i = 0; i < record.files().size(); i++) {
      wishes[i] = record.files().get(i);
    }
    boolean any =
        apply(wishes, params, "files_unwanted", wish -> FileWish.of(false, wish.priority()));
    any |= apply(wishes, params, "files_wanted", wish -> FileWish.of(true, wish.priority()));
    any |= apply(wishes, params, "priority_high", wish -> FileWish.of(wish.wanted(), 1));
    any |= apply(wishes, params, "priority_low", wish -> FileWish.of(wish.wanted(), -1));
    any |= apply(wishes, params, "priority_normal", wish -> FileWish.of(wish.wanted(), 0));
    return any ? record.with(r -> r.files = List.of(wishes)) : record;
  }

  private static boolean apply(
      FileWish[] wishes, Params params, String name, UnaryOperator<FileWish> change)
      throws RpcException {
    Optional<List<Integer>> files = params.files(name, wishes.length);
    files.orElse(List.of()).forEach(file -> wishes[file] = change.apply(wishes[file]));
    return files.isPresent() && wishes.length > 0;
  }

  // ---- Trackers ----

  private static TorrentRecord withTrackers(
      TorrentRecord record, AgentTorrent torrent, Params params) throws RpcException {
    List<List<String>> own =
        record.trackers().isEmpty()
            ? torrent.metainfo().map(metainfo -> metainfo.trackers()).orElse(List.of())
            : record.trackers();
    List<List<String>> tiers = new ArrayList<>();
    own.forEach(tier -> tiers.add(new ArrayList<>(tier)));
    Optional<String> list = params.text("tracker_list");
    if (list.isPresent()) {
      tiers.clear();
      tiers.addAll(tiers(list.get()));
    }
    if (params.list("tracker_add").isPresent()) {
      add(tiers, params.texts("tracker_add").orElse(List.of()));
    }
    if (params.list("tracker_remove").isPresent()) {
      remove(tiers, params.list("tracker_remove").get());
    }
    if (params.list("tracker_replace").isPresent()) {
      replace(tiers, params.list("tracker_replace").get());
    }
    List<List<String>> next = tiers.stream().filter(tier -> !tier.isEmpty()).toList();
    if (next.equals(own)) {
      return record;
    }
    if (next.isEmpty()) {
      throw new RpcException(
          Kind.INVALID_TRACKER_LIST, "a torrent keeps at least one tracker; pause it instead");
    }
    return record.with(r -> r.trackers = next);
  }

  /** URLs in lines, and an empty line between tiers. */
  private static List<List<String>> tiers(String list) throws RpcException {
    List<List<String>> tiers = new ArrayList<>();
    List<String> tier = new ArrayList<>();
    for (String line : list.lines().map(String::strip).toList()) {
      if (line.isEmpty()) {
        tiers.add(tier);
        tier = new ArrayList<>();
      } else {
        tier.add(requireTracker(line));
      }
    }
    tiers.add(tier);
    return tiers;
  }

  private static void add(List<List<String>> tiers, List<String> urls) throws RpcException {
    for (String url : urls) {
      requireTracker(url);
      if (tiers.stream().anyMatch(tier -> tier.contains(url))) {
        throw new RpcException(Kind.INVALID_TRACKER_LIST, "error adding trackers");
      }
      tiers.add(new ArrayList<>(List.of(url)));
    }
  }

  private static void remove(List<List<String>> tiers, JsonArray ids) throws RpcException {
    List<String> all = tiers.stream().flatMap(List::stream).toList();
    for (JsonValue each : ids) {
      int id = each instanceof JsonNumber number ? number.intValue() : -1;
      if (id < 0 || id >= all.size()) {
        throw new RpcException(Kind.INVALID_TRACKER_LIST, "error removing trackers");
      }
      tiers.forEach(tier -> tier.remove(all.get(id)));
    }
  }

  /** Pairs of an id and a URL. */
  private static void replace(List<List<String>> tiers, JsonArray pairs) throws RpcException {
    List<String> all = tiers.stream().flatMap(List::stream).toList();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      int id = pairs.get(i) instanceof JsonNumber number ? number.intValue() : -1;
      if (id < 0 || id >= all.size() || !(pairs.get(i + 1) instanceof JsonString url)) {
        throw new RpcException(Kind.INVALID_TRACKER_LIST, "error replacing trackers");
      }
      String next = requireTracker(url.getString());
      tiers.forEach(tier -> tier.replaceAll(old -> old.equals(all.get(id)) ? next : old));
    }
  }

  private static String requireTracker(String url) throws RpcException {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null && url.matches("(?i)(https?|udp)://.*")) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new RpcException(
        Kind.INVALID_TRACKER_LIST, "'" + url + "' is not an http, https or udp announce URL");
  }
}
