package dev.skep.tracker.catalogue;

import dev.skep.protocol.metainfo.Metainfo;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Where the world finds this tracker. Torrents that are registered name these URLs and no others,
 * unless there are none.
 *
 * @param announce each in full, the best first
 */
public record PublicUrls(List<String> announce) {
  private static final Set<String> SCHEMES = Set.of("http", "https", "udp");
  private static final String ANNOUNCE = "/announce";

  public PublicUrls {
    announce = List.copyOf(announce);
  }

  /**
   * Reads a tracker's URLs, with or without {@code /announce} behind them.
   *
   * @throws IllegalArgumentException if one is none
   */
  public static PublicUrls parse(List<String> urls) {
    return new PublicUrls(urls.stream().map(PublicUrls::announceUrl).toList());
  }

  private static String announceUrl(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException _) {
      throw wrong(text);
    }
    boolean usable =
        url.getScheme() != null
            && SCHEMES.contains(url.getScheme())
            && url.getHost() != null
            && url.getRawQuery() == null
            && url.getRawFragment() == null
            && (url.getPort() > 0 || !url.getScheme().equals("udp"));
    if (!usable) {
      throw wrong(text);
    }
    String base = text.replaceFirst("/+$", "");
    return base.endsWith(ANNOUNCE) ? base : base + ANNOUNCE;
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no public URL of a tracker; http://tracker.example:6969 or"
            + " udp://tracker.example:6969 would be");
  }

  /** The torrent that is registered in place of the one that was sent. */
  public Metainfo applyTo(Metainfo sent) {
    return announce.isEmpty() ? sent : sent.withTrackers(List.of(announce));
  }
}
