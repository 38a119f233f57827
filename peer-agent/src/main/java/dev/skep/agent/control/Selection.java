package dev.skep.agent.control;

import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.protocol.InfoHash;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which torrents a call means by its {@code ids}. */
final class Selection {
  private Selection() {}

  /** What no id, hash or word means is left out, as with Transmission. All if there are no ids. */
  static List<AgentTorrent> of(Params params, Agent agent) {
    if (isAll(params)) {
      return List.copyOf(agent.torrents());
    }
    JsonValue ids = params.value("ids").or(() -> params.value("id")).orElseThrow();
    if (isRecentlyActive(params)) {
      return agent.torrents().stream()
          .filter(torrent -> new Subject(agent, torrent.view()).isRecentlyActive())
          .toList();
    }
    Set<AgentTorrent> chosen = new LinkedHashSet<>();
    if (ids instanceof JsonArray several) {
      several.forEach(each -> find(each, agent).ifPresent(chosen::add));
    } else {
      find(ids, agent).ifPresent(chosen::add);
    }
    return List.copyOf(chosen);
  }

  static boolean isAll(Params params) {
    return params.value("ids").or(() -> params.value("id")).isEmpty();
  }

  static boolean isRecentlyActive(Params params) {
    return params
        .text("ids")
        .filter(word -> Dialect.root(word).equals("recentlyactive"))
        .isPresent();
  }

  private static Optional<AgentTorrent> find(JsonValue id, Agent agent) {
    return switch (id) {
      case JsonNumber number -> agent.torrent(number.intValue());
      case JsonString hash -> find(hash.getString(), agent);
      default -> Optional.empty();
    };
  }

  private static Optional<AgentTorrent> find(String hash, Agent agent) {
    try {
      return agent.torrent(InfoHash.fromHex(hash));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static List<TorrentSnapshot> views(Params params, Agent agent) {
    return of(params, agent).stream().map(AgentTorrent::view).toList();
  }
}
