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
 * same names.
 */
final class PartNames {
  private final Set<String> taken = new HashSet<>();

  private PartNames() {}

  /** The paths of files until they are whole, in the order of their own. */
  static List<Path> of(List<Path> paths) {
    PartNames names = new PartNames();
    paths.forEach(names::take);
    List<Path> parts = new ArrayList<>(paths.size());
    for (Path path : paths) {
      parts.add(names.part(path));
    }
    return parts;
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
