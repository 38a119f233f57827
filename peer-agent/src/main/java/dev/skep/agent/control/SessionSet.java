package dev.skep.agent.control;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.LabelLimit;
import dev.skep.agent.config.TimesOfWeek;
import dev.skep.agent.control.RpcException.Kind;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a {@code session_set} says, as texts of the agent's keys. */
final class SessionSet {
  private static final int MINUTES_OF_DAY = 24 * 60;

  /** Why some of what a session has cannot change while the agent runs; by name. */
  private static final Map<String, String> REASONS =
      Map.of(
          "peer_port", "skep.agent.port is read at the start",
          "dht_enabled", "skep.agent.dht is read at the start",
          "pex_enabled", "skep.agent.pex is read at the start",
          "lpd_enabled", "skep.agent.lsd is read at the start",
          "utp_enabled", "skep does not speak uTP yet",
          "encryption", "skep.agent.encryption is read at the start",
          "port_forwarding_enabled", "skep asks no router to forward a port yet",
          "incomplete_dir_enabled", "skep keeps a download where it is to be",
          "script_torrent_done_enabled", "skep runs no scripts for callers");

  private static final Set<String> SETTABLE =
      Set.of(
          "alt_speed_down",
          "alt_speed_enabled",
          "alt_speed_time_begin",
          "alt_speed_time_day",
          "alt_speed_time_enabled",
          "alt_speed_time_end",
          "alt_speed_up",
          "download_dir",
          "download_queue_enabled",
          "download_queue_size",
          "idle_seeding_limit",
          "idle_seeding_limit_enabled",
          "rename_partial_files",
          "seed_queue_enabled",
          "seed_queue_size",
          "seed_ratio_limit",
          "seed_ratio_limited",
          "skep_paused",
          "speed_limit_down",
          "speed_limit_down_enabled",
          "speed_limit_up",
          "speed_limit_up_enabled",
          "start_added_torrents");

  private final SessionFields.Subject session;
  private final Settings now;
  private final Params params;
  private final Map<Key<?>, String> changes = new HashMap<>();

  SessionSet(SessionFields.Subject session, Params params) {
    this.session = session;
    this.now = session.agent().settings();
    this.params = params;
  }

  /** Texts by key. */
  Map<Key<?>, String> changes() throws RpcException {
    refuseFixed();
    rate(AgentKeys.MAX_DOWN, "speed_limit_down", "speed_limit_down_enabled");
    rate(AgentKeys.MAX_UP, "speed_limit_up", "speed_limit_up_enabled");
    params.number("alt_speed_down").ifPresent(r -> put(AgentKeys.ALTERNATIVE_DOWN, rate(r)));
    params.number("alt_speed_up").ifPresent(r -> put(AgentKeys.ALTERNATIVE_UP, rate(r)));
    params.flag("alt_speed_enabled").ifPresent(on -> put(AgentKeys.ALTERNATIVE, on.toString()));
    times();
    goal(
        AgentKeys.GOAL_RATIO,
        params.real("seed_ratio_limit").map(SessionSet::ratio),
        "seed_ratio_limited",
        "2.0");
    goal(
        AgentKeys.GOAL_IDLE,
        params.number("idle_seeding_limit").map(minutes -> Math.max(1, minutes) + "m"),
        "idle_seeding_limit_enabled",
        "30m");
    queue(AgentKeys.ACTIVE_DOWNLOADS, "download_queue_size", "download_queue_enabled");
    queue(AgentKeys.ACTIVE_SEEDS, "seed_queue_size", "seed_queue_enabled");
    params.flag("start_added_torrents").ifPresent(on -> put(AgentKeys.START_ADDED, on.toString()));
    params.flag("rename_partial_files").ifPresent(on -> put(AgentKeys.PART_NAMES, on.toString()));
    params.flag("skep_paused").ifPresent(on -> put(AgentKeys.PAUSED, on.toString()));
    labelLimit();
    params.text("skep_log_level").ifPresent(level -> put(AgentKeys.LOG_LEVEL, level));
    Optional<String> folder = params.text("download_dir").filter(text -> !text.isEmpty());
    if (folder.isPresent()) {
      Path path = TorrentMethods.absolute(folder.get(), "download directory path is not absolute");
      put(AgentKeys.DOWNLOAD_FOLDER, path.toString());
    }
    return changes;
  }

  private void labelLimit() throws RpcException {
    Optional<String> label = params.text("skep_label");
    if (label.isPresent()) {
      if (label.get().isBlank() || label.get().contains("\"")) {
        throw new RpcException(Kind.INVALID_PARAMS, "a label cannot be empty or have quotes");
      }
      List<LabelLimit> before = now.get(AgentKeys.LABEL_LIMITS);
      LabelLimit old =
          before.stream()
              .filter(limit -> limit.label().equals(label.get()))
              .findFirst()
              .orElse(new LabelLimit(label.get(), 0, 0));
      LabelLimit next =
          new LabelLimit(
              label.get(),
              params.number("skep_label_down").orElse(old.downBytesPerSecond()),
              params.number("skep_label_up").orElse(old.upBytesPerSecond()));
      put(AgentKeys.LABEL_LIMITS, next.in(before));
    }
  }

  private void put(Key<?> key, String text) {
    changes.put(key, text);
  }

  /** Whoever sets everything as he got it means no harm: only a change is refused. */
  private void refuseFixed() throws RpcException {
    for (Field<SessionFields.Subject> field : SessionFields.ALL.fields()) {
      String name = field.name().snake();
      Optional<JsonValue> wished = params.value(name);
      if (!SETTABLE.contains(name) && wished.isPresent() && !isSo(field, wished.get())) {
        throw new RpcException(
            Kind.INVALID_PARAMS,
            "%s cannot be changed while the agent runs%s"
                .formatted(
                    field.name().legacy(),
                    REASONS.containsKey(name) ? ": " + REASONS.get(name) : ""));
      }
    }
  }

  private boolean isSo(Field<SessionFields.Subject> field, JsonValue wished) {
    String text =
        JsonText.of(
            out -> {
              out.writeStartArray();
              field.value().write(session, out, Dialect.LEGACY);
              out.writeEnd();
            });
    Optional<Boolean> flag = params.flag(field.name().snake());
    return text.equals("[" + wished + "]")
        || (flag.isPresent() && text.equals("[" + flag.get() + "]"));
  }

  /** A rate and whether it holds; one that does not is 0. */
  private void rate(Key<Long> key, String name, String enabled) {
    Optional<Long> kilos = params.number(name);
    boolean holds = params.flag(enabled).orElse(now.get(key) > 0);
    if (kilos.isPresent() || params.flag(enabled).isPresent()) {
      long before = now.get(key) > 0 ? TorrentFields.kilos(now.get(key)) : 100;
      put(key, holds ? rate(kilos.orElse(before)) : "0");
    }
  }

  /** Nothing at all cannot be said with a rate of 0, which stands for no limit. */
  private static String rate(long kilos) {
    return Math.max(1, TorrentSet.bytes(Math.clamp(kilos, 0, 1_000_000_000))) + "B/s";
  }

  private static String ratio(double times) {
    return java.math.BigDecimal.valueOf(Math.clamp(times, 0, 999_999))
        .setScale(6, java.math.RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  private <T> void goal(
      Key<Optional<T>> key, Optional<String> value, String enabled, String otherwise) {
    boolean holds = params.flag(enabled).orElse(now.get(key).isPresent());
    boolean newly = holds && now.get(key).isEmpty();
    if (params.flag(enabled).isPresent() && !holds) {
      put(key, "");
    } else if (holds && (value.isPresent() || newly)) {
      put(key, value.orElse(otherwise));
    }
  }

  private void queue(Key<Integer> key, String name, String enabled) {
    Optional<Integer> size = params.count(name).map(n -> Math.clamp(n, 1, 100_000));
    boolean holds = params.flag(enabled).orElse(now.get(key) > 0);
    if (size.isPresent() || params.flag(enabled).isPresent()) {
      int before = now.get(key) > 0 ? now.get(key) : 5;
      put(key, holds ? size.orElse(before).toString() : "0");
    }
  }

  private void times() {
    params
        .flag("alt_speed_time_enabled")
        .ifPresent(on -> put(AgentKeys.ALTERNATIVE_TIMED, on.toString()));
    TimesOfWeek before = now.get(AgentKeys.ALTERNATIVE_TIMES);
    TimesOfWeek after =
        new TimesOfWeek(
            params.count("alt_speed_time_day").map(SessionSet::days).orElse(before.days()),
            minute("alt_speed_time_begin", before.fromMinute()),
            minute("alt_speed_time_end", before.toMinute()));
    if (!after.equals(before) && !after.days().isEmpty()) {
      put(AgentKeys.ALTERNATIVE_TIMES, after.toString());
    }
  }

  private int minute(String name, int before) {
    return params.count(name).map(m -> Math.floorMod(m, MINUTES_OF_DAY)).orElse(before);
  }

  private static Set<DayOfWeek> days(int bits) {
    return EnumSet.allOf(DayOfWeek.class).stream()
        .filter(day -> (bits & SessionFields.bit(day)) != 0)
        .collect(Collectors.toSet());
  }
}
