package dev.skep.agent.control;

import dev.skep.agent.control.RpcException.Kind;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Refusal;
import dev.skep.service.settings.Key;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The methods that see and change the agent itself. */
final class SessionMethods {
  private final Agent agent;
  private final String sessionId;
  private final String version;
  private final Runnable stop;

  /**
   * @param sessionId what a call's header has to say
   * @param version of skep
   * @param stop ends the agent, soon
   */
  SessionMethods(Agent agent, String sessionId, String version, Runnable stop) {
    this.agent = agent;
    this.sessionId = sessionId;
    this.version = "4.1.0 (" + version + ")";
    this.stop = stop;
  }

  /** By name in JSON-RPC. */
  Map<String, Rpc.Method> all() {
    Map<String, Rpc.Method> all = new LinkedHashMap<>();
    all.put("session_get", this::get);
    all.put("session_set", this::set);
    all.put("session_stats", _ -> statistics());
    all.put("session_close", _ -> close());
    all.put("free_space", SessionMethods::freeSpace);
    all.put("port_test", _ -> testPort());
    all.put(
        "blocklist_update", _ -> refuse("skep has no blocklists; whom to let in is the network's"));
    Groups groups = new Groups(agent);
    all.put("group_get", groups::get);
    all.put("group_set", groups::set);
    return all;
  }

  private static Answer refuse(String why) throws RpcException {
    throw new RpcException(Kind.INVALID_PARAMS, why);
  }

  private Answer get(Params params) {
    Optional<List<String>> asked = params.texts("fields");
    SessionFields.Subject subject = subject();
    if (asked.isEmpty()) {
      return (out, dialect) -> SessionFields.ALL.writeMembers(subject, out, dialect);
    }
    List<Field<SessionFields.Subject>> fields = new ArrayList<>();
    asked.get().forEach(name -> SessionFields.ALL.field(name).ifPresent(fields::add));
    return (out, dialect) -> {
      for (Field<SessionFields.Subject> field : fields) {
        out.writeKey(field.name().in(dialect));
        field.value().write(subject, out, dialect);
      }
    };
  }

  private SessionFields.Subject subject() {
    return new SessionFields.Subject(agent, sessionId, version);
  }

  private Answer set(Params params) throws RpcException, IOException {
    try {
      Map<Key<?>, String> changes = new SessionSet(subject(), params).changes();
      if (!changes.isEmpty()) {
        agent.change(changes);
      }
      return Answer.NOTHING;
    } catch (Refusal e) {
      throw new RpcException(Kind.INVALID_PARAMS, String.valueOf(e.getMessage()));
    }
  }

  private Answer statistics() {
    var torrents = agent.torrents().stream().map(AgentTorrent::view).toList();
    long seconds = Duration.between(agent.startedAt(), agent.now()).toSeconds();
    var statistics = new SessionFields.Statistics(torrents, agent.moved(), seconds);
    return (out, dialect) -> SessionFields.STATISTICS.writeMembers(statistics, out, dialect);
  }

  private Answer close() {
    stop.run();
    return Answer.NOTHING;
  }

  private static Answer freeSpace(Params params) throws RpcException, IOException {
    String text =
        params
            .text("path")
            .orElseThrow(
                () -> new RpcException(Kind.INVALID_PARAMS, "directory path argument is missing"));
    Path folder = TorrentMethods.absolute(text, "directory path is not absolute");
    FileStore store = Files.getFileStore(folder);
    long free = store.getUsableSpace();
    long total = store.getTotalSpace();
    return (out, dialect) -> {
      out.write("path", text);
      out.write(Name.kebab("size_bytes").in(dialect), free);
      out.write("total_size", total);
    };
  }

  /** Nobody outside is asked; whoever has connected from there shows that it can be. */
  private Answer testPort() throws RpcException {
    boolean reached =
        agent.torrents().stream()
            .flatMap(torrent -> torrent.view().status().peers().stream())
            .anyMatch(peer -> peer.incoming() && !peer.at().isLocalNetwork());
    if (!reached) {
      throw new RpcException(
          Kind.HTTP_ERROR,
          "portTested: nobody outside is connected to port "
              + agent.session().listening().port()
              + ", and skep asks no other service whether it is open");
    }
    return (out, dialect) -> out.write(Name.kebab("port_is_open").in(dialect), true);
  }
}
