package dev.skep.agent.service;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * A torrent's files on their way to another place, one after another; what else lies in its folders
 * stays. Whoever is killed in the middle calls {@link #move} again, and it goes on: a file that is
 * at both places is whole at the new one.
 */
final class Relocation {
  private static final String UNTIL_WHOLE = ".part";
  private static final String COPYING = ".skep-moving";

  /** One file, before and after. */
  private record Step(int file, Path from, Path to) {
    /** The same with this behind both names. */
    Step plus(String ending) {
      return new Step(
          file,
          from.resolveSibling(from.getFileName() + ending),
          to.resolveSibling(to.getFileName() + ending));
    }
  }

  private Relocation() {}

  /**
   * Refuses a move that would meet somebody else's files.
   *
   * @throws IOException naming the first
   */
  static void requireFree(Metainfo metainfo, Place from, Place to) throws IOException {
    for (Step step : steps(metainfo, from, to)) {
      if (Files.exists(step.to, NOFOLLOW_LINKS)) {
        throw taken(step.to);
      }
    }
  }

  /**
   * Moves what is there; folders that are empty then are deleted. Nothing uses the files.
   *
   * @throws IOException if one cannot be moved; those before it are where they were
   */
  static void move(Metainfo metainfo, Place from, Place to) throws IOException {
    Files.createDirectories(to.folder());
    Set<Path> left = new HashSet<>();
    Deque<Step> done = new ArrayDeque<>();
    try {
      for (Step step : steps(metainfo, from, to)) {
        if (Files.exists(step.from, NOFOLLOW_LINKS)) {
          Files.createDirectories(parent(step.to));
          move(step);
          done.push(step);
          left.add(parent(step.from));
        }
      }
    } catch (IOException e) {
      undo(done, e);
      throw e;
    }
    for (Path folder : left) {
      deleteEmpty(folder, from.folder());
    }
  }

  /** The last first. */
  private static void undo(Deque<Step> done, IOException why) {
    for (Step step : done) {
      try {
        move(new Step(step.file, step.to, step.from));
      } catch (IOException e) {
        why.addSuppressed(e);
      }
    }
  }

  private static void move(Step step) throws IOException {
    if (Files.exists(step.to, NOFOLLOW_LINKS)) {
      requireCopied(step);
      Files.delete(step.from);
      return;
    }
    try {
      Files.move(step.from, step.to, ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) { // another file system
      Path copy = step.to.resolveSibling(step.to.getFileName() + COPYING);
      Files.copy(step.from, copy, COPY_ATTRIBUTES, REPLACE_EXISTING, NOFOLLOW_LINKS);
      if (!Files.isSymbolicLink(copy)) {
        WholeFile.force(copy); // before the only other one goes
      }
      Files.move(copy, step.to, ATOMIC_MOVE);
      WholeFile.force(parent(step.to));
      Files.delete(step.from);
    }
  }

  /** It was copied before we were killed: on one file system there never are two of it. */
  private static void requireCopied(Step step) throws IOException {
    boolean elsewhere = !Files.getFileStore(step.from).equals(Files.getFileStore(parent(step.to)));
    if (!elsewhere || Files.size(step.from) != Files.size(step.to)) {
      throw taken(step.to);
    }
  }

  private static IOException taken(Path file) {
    return new IOException(file + " is there already; move it away, or choose another place");
  }

  /**
   * Deletes files, and folders that are empty then. Nothing uses the files.
   *
   * @param which by their index in the torrent
   */
  static void delete(Metainfo metainfo, Place place, IntPredicate which) throws IOException {
    Path root = place.folder().toRealPath();
    Set<Path> left = new HashSet<>();
    for (Step step : steps(metainfo, place, place)) {
      Path folder = parent(step.from);
      boolean leadsAway = Files.exists(folder) && !folder.toRealPath().startsWith(root);
      if (which.test(step.file) && !leadsAway && Files.deleteIfExists(step.from)) {
        left.add(folder);
      }
    }
    for (Path folder : left) {
      deleteEmpty(folder, place.folder());
    }
  }

  /** Up to a folder that stays in any case. */
  private static void deleteEmpty(Path folder, Path top) throws IOException {
    for (Path at = folder; !at.equals(top) && at.startsWith(top); at = parent(at)) {
      try {
        Files.deleteIfExists(at);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.getParent(), "a file lies in a folder");
  }

  /** Whether each file is there, and as long as it has to be; nothing of it is read. */
  static boolean seemsToLie(Metainfo metainfo, Place place) {
    for (TorrentFile file : metainfo.files()) {
      Path path = path(metainfo, file, place);
      try {
        boolean fits =
            file.padding()
                || file.linkTarget().isPresent()
                || (Files.isRegularFile(path, NOFOLLOW_LINKS)
                    && Files.size(path) == file.lengthBytes());
        if (!fits) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /** Every file, and the same under the name that it has until it is whole. */
  private static List<Step> steps(Metainfo metainfo, Place from, Place to) {
    List<Step> steps = new ArrayList<>();
    Set<Path> names = new HashSet<>();
    for (int i = 0; i < metainfo.files().size(); i++) {
      TorrentFile file = metainfo.files().get(i);
      if (!file.padding()) {
        Path before = path(metainfo, file, from);
        names.add(before);
        steps.add(new Step(i, before, path(metainfo, file, to)));
      }
    }
    for (Step step : List.copyOf(steps)) {
      Step part = step.plus(UNTIL_WHOLE);
      if (!names.contains(part.from)) {
        steps.add(part);
      }
    }
    return steps;
  }

  private static Path path(Metainfo metainfo, TorrentFile file, Place place) {
    Path path = place.data(metainfo.name());
    if (metainfo.multiFile()) {
      for (String name : file.path()) {
        path = path.resolve(name);
      }
    }
    return path;
  }
}
