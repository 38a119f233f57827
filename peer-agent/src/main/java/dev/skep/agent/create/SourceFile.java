package dev.skep.agent.create;

import dev.skep.protocol.metainfo.MetainfoBuilder;
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
  /** The same order on every machine, and the one that v2 torrents need. */
  static final Comparator<SourceFile> BY_PATH =
      (a, b) -> MetainfoBuilder.FILE_ORDER.compare(a.path(), b.path());

  public SourceFile {
    path = List.copyOf(path);
  }
}
