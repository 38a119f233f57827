package dev.skep.agent.create;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A file that goes into a torrent.
 *
 * @param file where it is
 * @param path its names below the torrent's own; empty when the torrent is this one file
 * @param lengthBytes how long it was when it was found
 * @param changed when it was last written, as found; later means that its hashes are worthless
 */
public record SourceFile(Path file, List<String> path, long lengthBytes, FileTime changed) {
  /** By the bytes of the names, folder by folder: the same order on every machine (BEP 52). */
  static final Comparator<SourceFile> BY_PATH =
      (a, b) -> {
        int common = Math.min(a.path.size(), b.path.size());
        for (int i = 0; i < common; i++) {
          int order =
              Arrays.compareUnsigned(a.path.get(i).getBytes(UTF_8), b.path.get(i).getBytes(UTF_8));
          if (order != 0) {
            return order;
          }
        }
        return Integer.compare(a.path.size(), b.path.size());
      };

  public SourceFile {
    path = List.copyOf(path);
  }
}
