package dev.skep.agent.cli;

import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.discovery.TrackerUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Announce URLs as people type them behind {@code -t}. */
final class AnnounceUrls {
  private static final String WITHOUT_PATH = "https?://[^/?#]+/?";

  private AnnounceUrls() {}

  /**
   * The tiers (BEP 12): each value is one, commas join trackers in it.
   *
   * @throws WrongUsage naming the first that no tracker can be asked by
   */
  static List<List<String>> tiers(List<String> typed) throws WrongUsage {
    var tiers = new ArrayList<List<String>>();
    for (String tier : typed) {
      List<String> urls = List.of(tier.split(",", -1));
      for (String url : urls) {
        Optional<String> problem = TrackerUrl.problem(url);
        if (problem.isPresent()) {
          throw new WrongUsage(
              "-t %s: %s; write http://HOST:6969/announce or udp://HOST:6969"
                  .formatted(TrackerUrl.withoutCredentials(url), problem.get()));
        }
      }
      tiers.add(urls);
    }
    return tiers;
  }

  /** URLs that most likely lack their path. */
  static List<String> withoutPath(List<List<String>> tiers) {
    return tiers.stream()
        .flatMap(List::stream)
        .map(TrackerUrl::withoutCredentials)
        .filter(url -> url.matches(WITHOUT_PATH))
        .toList();
  }
}
