package dev.skep.agent.catalogue;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A running tracker's rollouts, over its HTTP API. Every failure is one line, as its others. */
public final class RolloutApi {
  private static final String ROLLOUTS = "/api/v1/rollouts";
  private static final String ID = "[0-9a-f]{12}";
  private static final int LONGEST_PAGE = 1000;

  private final TrackerHttp tracker;

  RolloutApi(TrackerHttp tracker) {
    this.tracker = tracker;
  }

  /** Where the tracker is. */
  public URI base() {
    return tracker.base();
  }

  /**
   * Asks whether we may begin one.
   *
   * @throws IOException if we may not, or nobody answers
   */
  public void requirePublisher() throws IOException {
    // Who has no token is told what to do by what only holders of one may ask for.
    tracker.json("/api/v1/hosts?limit=1");
    String may = may();
    if (!may.equals("publish") && !may.equals("administer")) {
      throw new TrackerApiException(
          base() + " refuses: that token may " + may + "; this takes one that may publish");
    }
  }

  private String may() throws IOException {
    try {
      return tracker.json("/api/v1/self").getString("may", "");
    } catch (TrackerApiException e) {
      if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
        return "administer"; // an older tracker has one token, which may everything
      }
      throw e;
    }
  }

  /** Begins one. */
  public ToldRollout create(JsonObject wanted) throws IOException {
    return rollout(tracker.post(ROLLOUTS, wanted));
  }

  /** The one with this id. */
  public ToldRollout rollout(String id) throws IOException {
    return rollout(tracker.json(path(id)));
  }

  /**
   * All of them, the newest first.
   *
   * @param state only those that are in it
   */
  public List<ToldRollout> all(Optional<ToldRollout.State> state) throws IOException {
    String wanted = state.map(is -> "state=" + is.name().toLowerCase(Locale.ROOT) + "&").orElse("");
    List<ToldRollout> all = new ArrayList<>();
    for (JsonObject row : tracker.all(ROLLOUTS + "?" + wanted, "rollouts")) {
      all.add(rollout(row));
    }
    return all;
  }

  /**
   * The one with this id, or the newest of a torrent with this name or info-hash; the newest of all
   * if nothing is said.
   *
   * @throws IOException if there is none
   */
  public ToldRollout meant(Optional<String> idOrName) throws IOException {
    String said = idOrName.orElse("");
    if (said.matches(ID)) {
      try {
        return rollout(said);
      } catch (TrackerApiException e) {
        if (e.status() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
      }
    }
    return all(Optional.empty()).stream()
        .filter(
            each ->
                idOrName.isEmpty()
                    || each.id().equals(said)
                    || each.name().equals(said)
                    || each.infoHash().equalsIgnoreCase(said))
        .findFirst()
        .orElseThrow(
            () ->
                new TrackerApiException(
                    tracker.base()
                        + (idOrName.isEmpty()
                            ? " has no rollout; skep push or skep rollout create begins one"
                            : " has no rollout of '" + said + "'; skep rollout list shows them")));
  }

  /**
   * The machines that it is for, by their names.
   *
   * @param states only those that are in one of them, such as {@code missing}; empty for all
   * @param most more are not asked for
   */
  public List<ToldHost> hosts(String id, List<String> states, int most) throws IOException {
    var path = new StringBuilder(path(id)).append("/hosts?limit=");
    path.append(Math.min(LONGEST_PAGE, most));
    states.forEach(state -> path.append("&state=").append(TrackerHttp.encode(state)));
    List<ToldHost> hosts = new ArrayList<>();
    String after = "";
    while (hosts.size() < most) {
      JsonObject page = tracker.json(path + after);
      if (!(page.get("hosts") instanceof JsonArray rows)) {
        throw tracker.noTracker(null);
      }
      for (var row : rows) {
        if (row instanceof JsonObject host) {
          ToldHost.of(host).ifPresent(hosts::add);
        }
      }
      if (!(page.get("next") instanceof JsonString next)) {
        break;
      }
      after = "&after=" + TrackerHttp.encode(next.getString());
    }
    return hosts;
  }

  /** Ends one before it is done; whoever fetches goes on with it. */
  public void cancel(String id) throws IOException {
    tracker.delete(path(id));
  }

  private static String path(String id) {
    return ROLLOUTS + "/" + TrackerHttp.encode(id);
  }

  private ToldRollout rollout(JsonObject row) throws IOException {
    return ToldRollout.of(row).orElseThrow(() -> tracker.noTracker(null));
  }
}
