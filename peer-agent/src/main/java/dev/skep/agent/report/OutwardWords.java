package dev.skep.agent.report;

import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A reason as everybody may read it who reads of a rollout: without the folders of this machine,
 * and without what stands behind the host in a URL, which may be a secret.
 */
final class OutwardWords {
  private static final Pattern URLS =
      Pattern.compile("\\b([a-z]+://[^/?\\s]+)[/?]\\S*?(?=[:;,)'\"]*(?:\\s|$))");

  /** Where a path begins. */
  private static final String BEGIN = "(?<![^\\s'\"(])";

  /** A part of a path that is told from the words around it. */
  private static final String PART = "(?:[^/\\s:;,]+/)";

  private OutwardWords() {}

  /**
   * Whatever is said of a torrent.
   *
   * @param torrent its own folders are known whatever they are called
   */
  static String of(String why, TorrentRecord torrent) {
    if (why.indexOf('/') < 0) {
      return why;
    }
    String hosts = URLS.matcher(why).replaceAll("$1");
    return folders(torrent).matcher(hosts).replaceAll("");
  }

  private static Pattern folders(TorrentRecord torrent) {
    List<Path> own =
        Stream.of(
                Stream.of(torrent.place().folder()),
                torrent.delivery().map(Delivery::folder).stream(),
                torrent.movingTo().map(Place::folder).stream())
            .flatMap(folders -> folders)
            .toList();
    String quoted = "(?<=[\"'])/[^\"']*/";
    return Pattern.compile(
        "%s%s|%s|%s%s%s*|%s/%s+"
            .formatted(
                BEGIN,
                anyOf(own.stream()),
                quoted,
                BEGIN,
                anyOf(own.stream().flatMap(OutwardWords::above)),
                PART,
                BEGIN,
                PART));
  }

  private static Stream<Path> above(Path folder) {
    return Stream.iterate(folder, each -> each.getNameCount() > 0, Path::getParent).skip(1);
  }

  /** The longest first. */
  private static String anyOf(Stream<Path> folders) {
    String any =
        folders
            .filter(each -> each.getNameCount() > 0)
            .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
            .map(each -> Pattern.quote(each + "/"))
            .collect(Collectors.joining("|"));
    return any.isEmpty() ? "(?!)" : "(?:" + any + ")";
  }
}
