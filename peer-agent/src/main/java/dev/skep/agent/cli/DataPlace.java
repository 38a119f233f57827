package dev.skep.agent.cli;

import dev.skep.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a torrent's data is, when a person names the data itself or the folder around it. */
final class DataPlace {
  private DataPlace() {}

  /**
   * The file of a single-file torrent, or the folder that holds the files of another.
   *
   * @throws NoSuchFileException if there is nothing at the path
   */
  static Path of(Metainfo torrent, Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    Path inside = path.resolve(torrent.name());
    if (!torrent.multiFile()) {
      return Files.isDirectory(path) ? inside : path;
    }
    boolean around = Files.isDirectory(inside) && !hasFirstFile(torrent, path);
    return around ? inside : path;
  }

  private static boolean hasFirstFile(Metainfo torrent, Path folder) {
    Path file = folder;
    for (String name : torrent.files().getFirst().path()) {
      file = file.resolve(name);
    }
    return Files.exists(file);
  }
}
