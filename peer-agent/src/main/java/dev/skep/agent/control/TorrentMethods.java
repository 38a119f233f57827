package dev.skep.agent.control;

import dev.skep.agent.control.RpcException.Kind;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Doctor;
import dev.skep.agent.service.QueueOrder.Move;
import dev.skep.agent.service.TorrentSnapshot;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The methods that see, stop, move and remove torrents. */
final class TorrentMethods {
  private static final Duration RECENTLY = Duration.ofMinutes(1);

  private final Agent agent;
  private final TorrentAdd adding;
  private final TorrentSet setting;
  private final KeptRows rows = new KeptRows();

  TorrentMethods(Agent agent) {
    this.agent = agent;
    adding = new TorrentAdd(agent);
    setting = new TorrentSet(agent);
  }

  /** By name in JSON-RPC. */
  Map<String, Rpc.Method> all() {
    Map<String, Rpc.Method> all = new LinkedHashMap<>();
    all.put("torrent_get", this::get);
    all.put("torrent_add", adding::call);
    all.put("torrent_set", setting::call);
    all.put("torrent_start", params -> each(params, AgentTorrent::start));
    all.put("torrent_start_now", this::startNow);
    all.put("torrent_stop", params -> each(params, AgentTorrent::stop));
    all.put("torrent_verify", params -> each(params, AgentTorrent::verify));
    all.put("torrent_reannounce", params -> each(params, AgentTorrent::reannounce));
    all.put("torrent_remove", this::remove);
    all.put("torrent_set_location", this::setLocation);
    all.put("torrent_rename_path", this::renamePath);
    all.put("queue_move_top", params -> move(params, new Move.Top()));
    all.put("queue_move_up", params -> move(params, new Move.Up()));
    all.put("queue_move_down", params -> move(params, new Move.Down()));
    all.put("queue_move_bottom", params -> move(params, new Move.Bottom()));
    all.put("skep_doctor", this::diagnose);
    return all;
  }

  /** Of our own: what limits each torrent now. */
  private Answer diagnose(Params params) {
    List<TorrentSnapshot> views = Selection.views(params, agent);
    List<Doctor.Diagnosis> diagnoses = agent.diagnose(views);
    return (out, _) -> {
      out.writeStartArray("torrents");
      for (int i = 0; i < views.size(); i++) {
        Doctor.Diagnosis diagnosis = diagnoses.get(i);
        out.writeStartObject();
        out.write("id", views.get(i).id());
        out.write("name", views.get(i).name());
        out.write("cause", diagnosis.cause().name().toLowerCase(Locale.ROOT));
        out.write("sentence", diagnosis.sentence());
        out.writeEnd();
      }
      out.writeEnd();
    };
  }

  // ---- Seeing ----

  private Answer get(Params params) throws RpcException {
    List<Field<Subject>> fields = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (String name :
        params
            .texts("fields")
            .orElseThrow(() -> new RpcException(Kind.INVALID_PARAMS, "no fields specified"))) {
      Optional<Field<Subject>> field = TorrentFields.ALL.field(name);
      if (field.isPresent()) {
        fields.add(field.get());
        asked.add(name);
      }
    }
    boolean table = params.text("format").filter("table"::equals).isPresent();
    List<TorrentSnapshot> views = Selection.views(params, agent);
    Optional<List<Integer>> removed =
        Selection.isRecentlyActive(params)
            ? Optional.of(agent.removedSince(agent.now().minus(RECENTLY)))
            : Optional.empty();
    return new TorrentRows(
        agent,
        removed,
        fields,
        asked,
        table,
        views,
        Selection.isAll(params) ? Optional.of(rows) : Optional.empty());
  }

  // ---- Acting ----

  private interface Action {
    void on(AgentTorrent torrent) throws IOException;
  }

  private Answer each(Params params, Action action) throws IOException {
    for (AgentTorrent torrent : Selection.of(params, agent)) {
      action.on(torrent);
    }
    return Answer.NOTHING;
  }

  private Answer startNow(Params params) throws IOException {
    List<AgentTorrent> chosen = Selection.of(params, agent);
    agent.move(chosen, new Move.Top());
    for (AgentTorrent torrent : chosen) {
      torrent.start();
    }
    return Answer.NOTHING;
  }

  private Answer remove(Params params) throws IOException {
    boolean withData = params.flag("delete_local_data").orElse(false);
    for (AgentTorrent torrent : Selection.of(params, agent)) {
      agent.remove(torrent, withData);
    }
    return Answer.NOTHING;
  }

  private Answer move(Params params, Move where) throws IOException {
    agent.move(Selection.of(params, agent), where);
    return Answer.NOTHING;
  }

  private Answer setLocation(Params params) throws RpcException, IOException {
    Path location =
        absolute(
            params
                .text("location")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new RpcException(Kind.INVALID_PARAMS, "no location")),
            "new location path is not absolute");
    boolean move = params.flag("move").orElse(false);
    agent.requireNotOurs(location);
    for (AgentTorrent torrent : Selection.of(params, agent)) {
      torrent.relocate(torrent.record().place().withFolder(location), move);
    }
    return Answer.NOTHING;
  }

  private Answer renamePath(Params params) throws RpcException, IOException {
    String path =
        params
            .text("path")
            .orElseThrow(() -> new RpcException(Kind.INVALID_PARAMS, "no path specified"));
    String name =
        params
            .text("name")
            .orElseThrow(() -> new RpcException(Kind.INVALID_PARAMS, "no name specified"));
    List<AgentTorrent> chosen = Selection.of(params, agent);
    if (chosen.size() != 1) {
      throw new RpcException(Kind.INVALID_PARAMS, "torrent-rename-path requires 1 torrent");
    }
    AgentTorrent torrent = chosen.getFirst();
    if (!path.equals(torrent.view().name())) {
      throw new RpcException(
          Kind.INVALID_PARAMS,
          "skep renames a torrent's own file or folder only, not what is in it: " + path);
    }
    torrent.relocate(renamed(torrent.record().place(), name), true);
    return (out, _) -> {
      out.write("path", path);
      out.write("name", name);
      out.write("id", torrent.id());
    };
  }

  private static Place renamed(Place place, String name) throws RpcException {
    try {
      return place.withName(name);
    } catch (IllegalArgumentException e) {
      throw new RpcException(Kind.INVALID_PARAMS, "Invalid argument");
    }
  }

  /** A path that somebody gave; it must say all of itself. */
  static Path absolute(String text, String otherwise) throws RpcException {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      throw new RpcException(Kind.PATH_NOT_ABSOLUTE, "Invalid argument");
    }
    throw new RpcException(Kind.PATH_NOT_ABSOLUTE, otherwise);
  }
}
