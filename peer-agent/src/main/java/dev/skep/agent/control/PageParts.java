package dev.skep.agent.control;

import static dev.skep.agent.control.Field.number;
import static dev.skep.agent.control.Field.real;
import static dev.skep.agent.control.Field.text;
import static dev.skep.agent.control.Field.texts;
import static dev.skep.agent.control.Name.camel;

import dev.skep.agent.observe.RateHistory;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Doctor;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TransferStatus;
import dev.skep.protocol.InfoHash;
import dev.skep.service.settings.Settings;
import dev.skep.service.web.Board;
import dev.skep.service.web.Frame;
import jakarta.json.stream.JsonGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The parts of what the page shows. Fields are those of the RPC, by their names in JSON-RPC; what
 * only the page shows stands beside them.
 */
final class PageParts {
  private static final List<Field<Subject>> ROW =
      fields(
          TorrentFields.ALL,
          "id",
          "hash_string",
          "name",
          "status",
          "error",
          "error_string",
          "percent_done",
          "recheck_progress",
          "metadata_percent_complete",
          "size_when_done",
          "rate_download",
          "rate_upload",
          "eta",
          "peers_connected",
          "upload_ratio",
          "queue_position",
          "added_date",
          "labels");

  private static final List<Field<Subject>> FACTS =
      fields(
          TorrentFields.ALL,
          "download_dir",
          "total_size",
          "piece_count",
          "piece_size",
          "downloaded_ever",
          "uploaded_ever",
          "corrupt_ever",
          "download_limit",
          "download_limited",
          "upload_limit",
          "upload_limited",
          "done_date",
          "activity_date",
          "is_private",
          "comment",
          "creator",
          "magnet_link");

  private static final List<Field<Subject>> TRACKERS = fields(TorrentFields.ALL, "tracker_stats");

  private static final List<Field<Subject>> FILES = fields(TorrentFields.ALL, "files");

  private static final List<Field<Subject>> FILE_STATS = fields(TorrentFields.ALL, "file_stats");

  private static final List<Field<SessionFields.Subject>> SESSION =
      fields(
          SessionFields.ALL,
          "alt_speed_down",
          "alt_speed_enabled",
          "alt_speed_up",
          "download_dir",
          "session_id",
          "speed_limit_down",
          "speed_limit_down_enabled",
          "speed_limit_up",
          "speed_limit_up_enabled",
          "version");

  private static final FieldTable<PeerStatus> PEERS =
      new FieldTable<>(
          text(camel("address"), peer -> peer.at().toString()),
          text(camel("client"), PeerStatus::client),
          text(camel("flags"), PeerStatus::flags),
          texts(camel("sources"), PeerStatus::sourceNames),
          real(camel("progress"), PeerStatus::progress),
          number(camel("down"), PeerStatus::downBytesPerSecond),
          number(camel("up"), PeerStatus::upBytesPerSecond),
          number(camel("downloaded"), PeerStatus::downloadedBytes),
          number(camel("uploaded"), PeerStatus::uploadedBytes));

  private final Agent agent;
  private final RateHistory history;
  private final SessionFields.Subject subject;

  PageParts(SessionFields.Subject subject, RateHistory history) {
    this.agent = subject.agent();
    this.history = history;
    this.subject = subject;
  }

  /** Paints one torrent, or the list of all. */
  Board.Painter painter(Optional<InfoHash> torrent) {
    return torrent.isEmpty() ? new All() : new One(torrent.get());
  }

  // ---- All ----

  /** Paints the list; rows of torrents that rest are not written again. */
  private final class All implements Board.Painter {
    private Map<Integer, Row> rows = Map.of();

    /** One as it was written last. */
    private record Row(KeptRows.Source source, String sentence, String text) {
      boolean isOf(KeptRows.Source now, String said) {
        return source.isSame(now) && sentence.equals(said);
      }
    }

    @Override
    public Frame paint() {
      Map<String, String> parts = new LinkedHashMap<>();
      parts.put("session", session());
      List<TorrentSnapshot> views = agent.torrents().stream().map(AgentTorrent::view).toList();
      List<Doctor.Diagnosis> diagnoses = agent.diagnose(views);
      Settings settings = agent.settings();
      Map<Integer, Row> next = new HashMap<>();
      for (int i = 0; i < views.size(); i++) {
        int id = views.get(i).id();
        var source = new KeptRows.Source(views.get(i), agent.position(id), settings);
        Row row = row(rows.get(id), source, diagnoses.get(i).sentence());
        next.put(id, row);
        parts.put(String.valueOf(id), row.text);
      }
      rows = next;
      return new Frame(parts);
    }

    private Row row(@Nullable Row last, KeptRows.Source source, String sentence) {
      if (last != null && last.isOf(source, sentence)) {
        return last;
      }
      String text =
          object(
              out -> {
                write(out, new Subject(agent, source.view()), ROW);
                out.write("sentence", sentence);
              });
      return new Row(source, sentence, text);
    }
  }

  private String session() {
    return object(
        out -> {
          write(out, subject, SESSION);
          out.write("down", sum(TransferStatus::downBytesPerSecond));
          out.write("up", sum(TransferStatus::upBytesPerSecond));
        });
  }

  private long sum(ToLongFunction<TransferStatus> figure) {
    return agent.torrents().stream().map(AgentTorrent::status).mapToLong(figure).sum();
  }

  // ---- One ----

  /** Paints one torrent; what takes long to say is said again only when it is another. */
  private final class One implements Board.Painter {
    private final InfoHash hash;
    private final Remembered files = new Remembered();
    private final Remembered fileStats = new Remembered();

    One(InfoHash hash) {
      this.hash = hash;
    }

    @Override
    public Frame paint() {
      Map<String, String> parts = new LinkedHashMap<>();
      parts.put("session", session());
      Optional<AgentTorrent> there = agent.torrent(hash);
      if (there.isEmpty()) {
        parts.put("torrent", "null");
        return new Frame(parts);
      }
      TorrentSnapshot view = there.get().view();
      Subject torrent = new Subject(agent, view);
      Doctor.Diagnosis diagnosis = agent.diagnose(List.of(view)).getFirst();
      parts.put(
          "torrent",
          object(
              out -> {
                write(out, torrent, ROW);
                write(out, torrent, FACTS);
                out.write("sentence", diagnosis.sentence());
              }));
      String pieces = view.transfer().isPresent() ? base64(torrent) : "";
      parts.put("pieces", JsonText.quoted(pieces).toString());
      parts.put(
          "files",
          files.of(
              List.of(view.metainfo(), view.name()),
              () -> object(out -> write(out, torrent, FILES))));
      parts.put(
          "file_stats",
          fileStats.of(
              List.of(view.metainfo(), view.record().files(), pieces),
              () -> object(out -> write(out, torrent, FILE_STATS))));
      parts.put("peers", array(torrent.status().peers(), PEERS));
      parts.put("trackers", object(out -> write(out, torrent, TRACKERS)));
      parts.put("history", history(hash));
      return new Frame(parts);
    }
  }

  private static String base64(Subject torrent) {
    return Base64.getEncoder().encodeToString(torrent.pieces());
  }

  private String history(InfoHash hash) {
    RateHistory.Series series = history.of(hash);
    return object(
        out -> {
          out.write("end", series.end().getEpochSecond());
          out.write("step", RateHistory.STEP.toSeconds());
          out.writeStartArray("down");
          series.down().forEach(rate -> out.write((long) rate));
          out.writeEnd();
          out.writeStartArray("up");
          series.up().forEach(rate -> out.write((long) rate));
          out.writeEnd();
        });
  }

  /** A text, and what it was made of. */
  private static final class Remembered {
    private @Nullable List<Object> from;
    private String text = "";

    String of(List<Object> now, Supplier<String> make) {
      if (!Objects.equals(from, now)) {
        text = make.get();
        from = now;
      }
      return text;
    }
  }

  // ---- Writing ----

  private static <T> List<Field<T>> fields(FieldTable<T> table, String... names) {
    List<Field<T>> fields = new ArrayList<>();
    for (String name : names) {
      fields.add(table.field(name).orElseThrow());
    }
    return fields;
  }

  private static <T> void write(JsonGenerator out, T of, List<Field<T>> fields) {
    for (Field<T> field : fields) {
      out.writeKey(field.name().in(Dialect.JSON_RPC));
      field.value().write(of, out, Dialect.JSON_RPC);
    }
  }

  private static String object(Consumer<JsonGenerator> members) {
    return JsonText.of(
        out -> {
          out.writeStartObject();
          members.accept(out);
          out.writeEnd();
        });
  }

  private static <T> String array(List<T> values, FieldTable<T> table) {
    return JsonText.of(
        out -> {
          out.writeStartArray();
          values.forEach(each -> table.write(each, out, Dialect.JSON_RPC));
          out.writeEnd();
        });
  }
}
