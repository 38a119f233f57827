package dev.skep.agent.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a torrent's files are called until they are whole: {@code NAME.part}, and with one {@code
 * .part} more as long as the torrent has something of that name. The same torrent always gives the
 * same names. They are made when the first is asked for: most downloads never do.
 */
final class PartNames {
  private final List<Path> paths;
  private final Set<String> taken = new HashSet<>();
  private final List<Path> parts = new ArrayList<>();

  /**
   * @param paths of the torrent's files
   */
  PartNames(List<Path> paths) {
    this.paths = paths;
  }

  /** The path of the {@code i}-th file until it is whole. */
  synchronized Path of(int i) {
    if (parts.isEmpty()) {
      paths.forEach(this::take);
      paths.forEach(path -> parts.add(part(path)));
      taken.clear();
    }
    return parts.get(i);
  }

  /** The file and its folders are called so. */
  private void take(Path path) {
    for (Path each = path; each != null && taken.add(key(each)); each = each.getParent()) {}
  }

  private Path part(Path path) {
    Path part = path;
    do {
      part = part.resolveSibling(part.getFileName() + ".part");
    } while (!taken.add(key(part)));
    return part;
  }

  /** Some file systems take large letters for small ones. */
  private static String key(Path path) {
    return path.toString().toLowerCase(Locale.ROOT);
  }
}
