package dev.skep.agent.place;

import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file in a folder.
 *
 * @param file which may not be there
 */
record FolderPlace(Path file) implements TorrentPlace {
  @Override
  public String shown() {
    return file.toString();
  }

  @Override
  public Optional<byte[]> read(int mostBytes) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file)) {
      throw new PlaceException(file + ": no file that could be replaced; name another");
    }
    if (Files.size(file) > mostBytes) {
      throw new PlaceException(file + ": too long for a .torrent file; is it the data?");
    }
    return Optional.of(Files.readAllBytes(file));
  }

  @Override
  public void write(byte[] torrent) throws IOException {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new PlaceException(folder + ": there is no such folder; make it, or name another");
    }
    WholeFile.write(file, torrent);
  }
}
