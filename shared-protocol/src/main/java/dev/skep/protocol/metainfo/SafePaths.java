package dev.skep.protocol.metainfo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the paths of one torrent, in their order, into paths that are safe and differ from each
 * other. A file and a folder never share a name, and one folder keeps one spelling.
 */
final class SafePaths {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_PATH_BYTES = 2_000;
  private static final int MAX_NOTES = 100;

  private final NameRules rules;

  /** Key of a folder as the torrent names it, to the folder that it became. */
  private final Map<String, Folder> folders = new HashMap<>();

  /** Paths as the torrent names them of the files that are called otherwise. */
  private final Map<List<String>, List<String>> renamed = new HashMap<>();

  private final Folder root = new Folder(List.of());
  private final List<String> notes = new ArrayList<>();
  private List<String> lastNames = List.of();
  private Folder lastFolder = root;

  SafePaths(NameRules rules) {
    this.rules = rules;
  }

  /** What was changed, for a person; at most 100 lines. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The safe path of a file. */
  List<String> file(List<String> path) throws MetainfoException {
    check(path);
    List<String> safe = folderOf(path).take(rules.safe(path.getLast()));
    if (!safe.equals(path)) {
      renamed.putIfAbsent(List.copyOf(path), safe);
      note(path, safe);
    }
    return safe;
  }

  private Folder folderOf(List<String> path) {
    List<String> names = path.subList(0, path.size() - 1);
    if (names.equals(lastNames)) { // files of one folder mostly follow each other
      return lastFolder;
    }
    Folder folder = root;
    StringBuilder key = new StringBuilder();
    for (String name : names) {
      String safe = rules.safe(name);
      key.append(rules.key(safe)).append('/');
      Folder known = folders.get(key.toString());
      if (known == null) {
        known = new Folder(folder.take(safe));
        folders.put(key.toString(), known);
      }
      folder = known;
    }
    lastNames = List.copyOf(names);
    lastFolder = folder;
    return folder;
  }

  /**
   * The path that a symbolic link points to, which must lie within the torrent (BEP 47), as the
   * torrent names it.
   */
  List<String> target(List<String> path) throws MetainfoException {
    check(path);
    if (path.contains("..") || path.getFirst().startsWith("/")) {
      throw new MetainfoException("a symbolic link leaves the torrent's folder");
    }
    return List.copyOf(path);
  }

  /**
   * The files, their links pointing to where the torrent's paths are now: a link may stand before
   * what it points to, so all files must have been named.
   *
   * @param files with link targets as the torrent names them, checked by {@link #target}
   */
  List<TorrentFile> withSafeTargets(List<TorrentFile> files) {
    List<TorrentFile> safe = new ArrayList<>(files.size());
    for (TorrentFile file : files) {
      Optional<List<String>> target = file.linkTarget();
      safe.add(target.isPresent() ? file.pointingTo(found(target.get())) : file);
    }
    return List.copyOf(safe);
  }

  private List<String> found(List<String> path) {
    List<String> file = renamed.get(path);
    if (file != null) {
      return file;
    }
    List<String> safe = new ArrayList<>();
    StringBuilder key = new StringBuilder();
    for (String name : path.subList(0, path.size() - 1)) {
      safe.add(rules.safe(name));
      key.append(rules.key(safe.getLast())).append('/');
      Folder known = folders.get(key.toString());
      if (known != null) {
        safe = new ArrayList<>(known.path);
      }
    }
    safe.add(rules.safe(path.getLast()));
    return safe;
  }

  private static void check(List<String> path) throws MetainfoException {
    if (path.isEmpty()) {
      throw new MetainfoException("a file has no name");
    }
    long length = 0;
    for (String name : path) {
      length += name.length() + 1;
    }
    if (path.size() > MAX_DEPTH || length > MAX_PATH_BYTES) {
      throw new MetainfoException(
          "a file's path is too long: " + path.size() + " names, " + length + " characters");
    }
  }

  private void note(List<String> from, List<String> to) {
    if (notes.size() < MAX_NOTES) {
      notes.add(
          "renamed \""
              + printable(String.join("/", from))
              + "\" to \""
              + String.join("/", to)
              + "\"");
    }
  }

  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\u2028\u2029\u202A-\u202E\u2066-\u2069]", "?");
  }

  /** One folder and the names taken in it. */
  private final class Folder {
    final List<String> path;

    /** Key of a name to how many ask for it. */
    final Map<String, Integer> taken = new HashMap<>();

    Folder(List<String> path) {
      this.path = path;
    }

    private int count(String key) {
      int count = taken.getOrDefault(key, 0) + 1;
      taken.put(key, count);
      return count;
    }

    /** The path of a file or folder called so, or nearly so if the name is taken. */
    List<String> take(String name) {
      String free = name;
      String key = rules.key(name);
      int count = count(key);
      while (count > 1) {
        free = NameRules.marked(name, " (" + count + ")");
        if (taken.putIfAbsent(rules.key(free), 1) == null) {
          break;
        }
        count = count(key);
      }
      String[] names = path.toArray(new String[path.size() + 1]);
      names[path.size()] = free;
      return List.of(names);
    }
  }
}
