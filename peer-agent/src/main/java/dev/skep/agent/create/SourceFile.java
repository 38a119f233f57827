package dev.skep.agent.create;

import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.NameRules;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;

/**
 * A file that goes into a torrent.
 *
 * @param file where it is
 * @param path its names below the torrent's own; empty when the torrent is this one file
 * @param lengthBytes how long it was when it was found
 * @param changed when it was last written, as found; later means that its hashes are worthless
 * @param executable whether it is a program, as {@code attr} tells (BEP 47)
 */
public record SourceFile(
    Path file, List<String> path, long lengthBytes, FileTime changed, boolean executable) {
  /** What is wrong with a name that is not {@link #isUsable}, and what to do. */
  public static final String UNUSABLE =
      "its name has a line break, a control character, bytes that are no UTF-8, or is too long;"
          + " rename it";

  private static final NameRules RULES = NameRules.ofHost();

  /** The same order on every machine, and the one that v2 torrents need. */
  static final Comparator<SourceFile> BY_PATH =
      (a, b) -> MetainfoBuilder.FILE_ORDER.compare(a.path(), b.path());

  public SourceFile {
    path = List.copyOf(path);
  }

  /** Whether who gets the torrent makes a file of that very name, where it is one like ours. */
  public static boolean isUsable(String name) {
    return RULES.safe(name).equals(name);
  }
}
