package dev.skep.protocol.metainfo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the paths of one torrent, in their order, into paths that are safe and differ from each
 * other. A file and a folder never share a name, and one folder keeps one spelling.
 */
final class SafePaths {
  /** As many as Linux follows. */
  private static final int MOST_LINKS_IN_A_ROW = 40;

  private static final int MAX_DEPTH = 100;
  private static final int MAX_PATH_BYTES = 2_000;
  private static final int MAX_NOTES = 100;

  /** Of one and the same name: no tree has more, and each would take longer than the one before. */
  private static final int MAX_EQUAL_NAMES = 500;

  private final NameRules rules;

  /** Key of a folder as the torrent names it, to the folder that it became. */
  private final Map<String, Folder> folders = new HashMap<>();

  /** Paths as the torrent names them of the files that are called otherwise. */
  private final Map<List<String>, List<String>> renamed = new HashMap<>();

  /** The same the other way round. */
  private final Map<List<String>, List<String>> original = new HashMap<>();

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

  /** By which path the torrent names each file that is called otherwise here. */
  Map<List<String>, List<String>> original() {
    return Map.copyOf(original);
  }

  /** The safe path of a file. */
  List<String> file(List<String> path) throws MetainfoException {
    check(path);
    List<String> safe = folderOf(path).take(rules.safe(path.getLast()));
    if (!safe.equals(path)) {
      renamed.putIfAbsent(List.copyOf(path), safe);
      original.put(safe, List.copyOf(path));
      note("renamed", path, " to \"" + String.join("/", safe) + "\"");
    }
    return safe;
  }

  private Folder folderOf(List<String> path) throws MetainfoException {
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
   * The files, their links pointing to where the torrent's paths are now: a link may stand before
   * what it points to, so all files must have been named. A link that names nothing in the torrent
   * is left out.
   *
   * <p>BEP 47 counts a target from the torrent's root, libtorrent from the folder that the link is
   * in. The reading that names something is the right one.
   *
   * @param files with link targets as the torrent names them
   */
  List<TorrentFile> withSafeTargets(List<TorrentFile> files) {
    List<TorrentFile> left = files;
    List<TorrentFile> safe = pointing(left);
    // What led to a link that is left out leads nowhere too.
    for (int links = 0; safe.size() < left.size() && links < MOST_LINKS_IN_A_ROW; links++) {
      Set<List<String>> kept = new HashSet<>();
      safe.forEach(file -> kept.add(file.path()));
      left = left.stream().filter(file -> kept.contains(file.path())).toList();
      safe = pointing(left);
    }
    return safe;
  }

  /** Without links that name nothing of all that. */
  private List<TorrentFile> pointing(List<TorrentFile> files) {
    Set<List<String>> named = named(files);
    List<TorrentFile> safe = new ArrayList<>(files.size());
    for (TorrentFile file : files) {
      List<String> target = file.linkTarget().orElse(List.of());
      if (file.linkTarget().isEmpty()) {
        safe.add(file);
      } else {
        List<String> folder = file.path().subList(0, file.path().size() - 1);
        List<String> end = end(List.of(), target, file, named);
        end = end.isEmpty() ? end(folder, target, file, named) : end;
        if (end.isEmpty()) {
          note("left out", file.path(), ": the link names nothing in the torrent");
        } else {
          safe.add(file.pointingTo(end));
        }
      }
    }
    return List.copyOf(safe);
  }

  /** All paths of files and folders, and of what is behind a link: those of links end in it. */
  private static Set<List<String>> named(List<TorrentFile> files) {
    Set<List<String>> named = new HashSet<>();
    if (files.stream().anyMatch(file -> file.linkTarget().isPresent())) {
      for (TorrentFile file : files) {
        for (int depth = file.path().size(); depth > 0; depth--) {
          named.add(file.path().subList(0, depth));
        }
        if (file.linkTarget().isPresent()) {
          named.add(behind(file.path()));
        }
      }
    }
    return named;
  }

  private static List<String> behind(List<String> link) {
    List<String> path = new ArrayList<>(link);
    path.add("..");
    return path;
  }

  /** The safe path of what a link names, counted from a folder; empty if that is nothing. */
  private List<String> end(
      List<String> from, List<String> target, TorrentFile link, Set<List<String>> named) {
    List<String> path = new ArrayList<>(from);
    for (String name : target) {
      if (name.equals("..") && !path.isEmpty()) {
        path.removeLast();
      } else if (name.equals("..") || name.indexOf('/') >= 0) {
        return List.of();
      } else if (!name.isEmpty() && !name.equals(".")) {
        path.add(name);
      }
    }
    if (path.isEmpty() || path.size() > MAX_DEPTH) {
      return List.of();
    }
    List<String> end = found(path);
    boolean isNamed = named.contains(end);
    for (int depth = end.size() - 1; depth > 0 && !isNamed; depth--) {
      isNamed = named.contains(behind(end.subList(0, depth)));
    }
    return isNamed && !end.equals(link.path()) ? end : List.of();
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

  private void note(String what, List<String> path, String why) {
    if (notes.size() < MAX_NOTES) {
      notes.add(what + " \"" + printable(String.join("/", path)) + "\"" + why);
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
    List<String> take(String name) throws MetainfoException {
      String free = name;
      String key = rules.key(name);
      int count = count(key);
      while (count > 1) {
        if (count > MAX_EQUAL_NAMES) {
          throw new MetainfoException(
              "more than " + MAX_EQUAL_NAMES + " files are called \"" + printable(name) + "\"");
        }
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
