package dev.skep.agent.control;

import static dev.skep.agent.control.Field.flag;
import static dev.skep.agent.control.Field.number;
import static dev.skep.agent.control.Field.text;
import static dev.skep.agent.control.Name.camel;
import static dev.skep.agent.control.Name.kebab;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.LabelLimit;
import dev.skep.agent.control.RpcException.Kind;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bandwidth groups: a group is a label that has a limit, and its torrents are those with it. */
final class Groups {
  private static final FieldTable<LabelLimit> FIELDS =
      new FieldTable<>(
          flag(camel("honors_session_limits"), _ -> true),
          text(camel("name"), LabelLimit::label),
          number(kebab("speed_limit_down"), g -> TorrentFields.kilos(g.downBytesPerSecond())),
          flag(kebab("speed_limit_down_enabled"), g -> g.downBytesPerSecond() > 0),
          number(kebab("speed_limit_up"), g -> TorrentFields.kilos(g.upBytesPerSecond())),
          flag(kebab("speed_limit_up_enabled"), g -> g.upBytesPerSecond() > 0));

  private final Agent agent;

  Groups(Agent agent) {
    this.agent = agent;
  }

  private static List<LabelLimit> all(Agent agent) {
    return agent.settings().get(AgentKeys.LABEL_LIMITS);
  }

  /** The group that a torrent with these labels is in; nothing if it is in none. */
  static String of(Agent agent, List<String> labels) {
    return all(agent).stream()
        .map(LabelLimit::label)
        .filter(labels::contains)
        .findFirst()
        .orElse("");
  }

  /** The labels of a torrent that is put into this group, and into no other. */
  static List<String> in(Agent agent, List<String> labels, String group) {
    List<String> next = new ArrayList<>(labels);
    List<LabelLimit> groups = all(agent);
    next.removeIf(label -> groups.stream().anyMatch(limit -> limit.label().equals(label)));
    next.remove(group); // it is put in once
    if (!group.isEmpty()) {
      next.add(group);
    }
    return next;
  }

  Answer get(Params params) {
    Optional<String> one = params.text("group");
    Optional<List<String>> asked = one.isPresent() ? one.map(List::of) : params.texts("group");
    List<LabelLimit> chosen =
        all(agent).stream()
            .filter(group -> asked.isEmpty() || asked.get().contains(group.label()))
            .toList();
    return (out, dialect) -> {
      out.writeStartArray("group");
      for (LabelLimit group : chosen) {
        out.writeStartObject();
        FIELDS.writeMembers(group, out, dialect);
        out.writeEnd();
      }
      out.writeEnd();
    };
  }

  Answer set(Params params) throws RpcException, IOException {
    String name =
        params
            .text("name")
            .filter(text -> !text.isBlank() && !text.contains("\"") && !text.contains(","))
            .orElseThrow(
                () -> new RpcException(Kind.INVALID_PARAMS, "a group has a name without quotes"));
    if (!params.flag("honors_session_limits").orElse(true)) {
      throw new RpcException(
          Kind.INVALID_PARAMS, "the limits over all torrents hold for each group in skep");
    }
    LabelLimit before =
        all(agent).stream()
            .filter(group -> group.label().equals(name))
            .findFirst()
            .orElse(new LabelLimit(name, 0, 0));
    LabelLimit after =
        new LabelLimit(
            name,
            rate(params, "speed_limit_down", before.downBytesPerSecond()),
            rate(params, "speed_limit_up", before.upBytesPerSecond()));
    try {
      agent.change(Map.of(AgentKeys.LABEL_LIMITS, after.in(all(agent))));
      return Answer.NOTHING;
    } catch (Refusal e) {
      throw new RpcException(Kind.INVALID_PARAMS, String.valueOf(e.getMessage()));
    }
  }

  private static long rate(Params params, String name, long before) {
    boolean holds =
        params.flag(name + "_enabled").orElse(before > 0 || params.number(name).isPresent());
    return holds ? params.number(name).map(TorrentSet::bytes).orElse(before) : 0;
  }
}
