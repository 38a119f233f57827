package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of a torrent's symbolic links (BEP 47). On disk it is relative, so that the torrent's folder
 * may be moved, and it never leads out of that folder, whatever links are there already.
 *
 * @param root the torrent's folder
 * @param file where the link is, below root
 * @param target the names that lead from root to what it points to
 * @param circular whether the torrent's own links lead from it back to it, or to others that do:
 *     then it is left out
 */
record SymbolicLink(Path root, DataFile file, List<String> target, boolean circular) {
  private static final int MOST_HOPS = 40; // as many as Linux follows

  /**
   * Whether following links from a path never ends.
   *
   * @param targets of a torrent's links, by their paths
   */
  static boolean goesInCircles(List<String> path, Map<List<String>, List<String>> targets) {
    List<String> at = path;
    for (int hops = 0; hops <= MOST_HOPS; hops++) {
      List<String> next = follow(at, targets);
      if (next == null) {
        return false;
      }
      at = next;
    }
    return true;
  }

  /** Null if no name on the path is a link's. */
  private static @Nullable List<String> follow(
      List<String> path, Map<List<String>, List<String>> targets) {
    for (int names = 1; names <= path.size(); names++) {
      List<String> target = targets.get(path.subList(0, names));
      if (target != null) {
        return Stream.concat(target.stream(), path.stream().skip(names)).toList();
      }
    }
    return null;
  }

  /** Whether a link is there that points where the torrent says, unless it is to be left out. */
  boolean isAsItShould() {
    if (circular) {
      return true;
    }
    Path path = file.path();
    try {
      return Files.isSymbolicLink(path)
          && path.resolveSibling(".")
              .toRealPath()
              .resolve(Files.readSymbolicLink(path))
              .normalize()
              .equals(end());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes it, and its folders. What is there already stays.
   *
   * @throws IOException if it would lead out of the folder, or the file system has no links
   */
  void make() throws IOException {
    if (circular) {
      throw leadsOut();
    }
    file.makeFolders();
    Path path = file.path();
    if (Files.exists(path, NOFOLLOW_LINKS)) {
      return;
    }
    Path end = end();
    Path realRoot = root.toRealPath();
    follow(realRoot, realRoot, realRoot.relativize(end), 0);
    try {
      Files.createSymbolicLink(path, path.resolveSibling(".").toRealPath().relativize(end));
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system has no symbolic links", e);
    }
  }

  private Path own() throws IOException {
    return file.path().resolveSibling(".").toRealPath().resolve(file.path().getFileName());
  }

  private Path end() throws IOException {
    Path end = root.toRealPath();
    for (String name : target) {
      end = end.resolve(name);
    }
    return end;
  }

  /** Where the names lead from a folder as the system would go, whether or not all is there yet. */
  private Path follow(Path realRoot, Path from, Path names, int hops) throws IOException {
    if (hops > MOST_HOPS || names.isAbsolute()) {
      throw leadsOut();
    }
    Path at = from;
    for (Path name : names) {
      Path next = at.resolve(name).normalize();
      if (next.equals(own())) {
        throw leadsOut();
      }
      at =
          Files.isSymbolicLink(next)
              ? follow(realRoot, at, Files.readSymbolicLink(next), hops + 1)
              : next;
      if (!at.startsWith(realRoot)) {
        throw leadsOut();
      }
    }
    return at;
  }

  private IOException leadsOut() {
    return new IOException(
        "the symbolic link " + file.path() + " would lead out of " + root + " or in circles");
  }
}
