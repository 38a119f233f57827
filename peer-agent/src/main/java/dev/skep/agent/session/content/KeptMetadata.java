package dev.skep.agent.session.content;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Torrents that peers gave us (BEP 9), kept where resume states are: who goes on with a download
 * need not ask for them again.
 *
 * @param folder made when the first is kept
 */
public record KeptMetadata(Path folder) {
  private static final long MOST_BYTES = 64L << 20;

  private Path path(InfoHash infoHash) {
    return folder.resolve(infoHash.hex() + ".torrent");
  }

  /** What was kept under this hash, if it can be read. Whether it has the hash is not looked at. */
  public Optional<Metainfo> load(InfoHash infoHash) {
    Path path = path(infoHash);
    try {
      if (!Files.isRegularFile(path, NOFOLLOW_LINKS) || Files.size(path) > MOST_BYTES) {
        return Optional.empty();
      }
      return Optional.of(Metainfo.parse(Files.readAllBytes(path)));
    } catch (IOException | MetainfoException e) {
      return Optional.empty(); // peers have it
    }
  }

  /**
   * Keeps it, whole or not at all.
   *
   * @param infoHash what it will be asked for by
   */
  public void save(InfoHash infoHash, Metainfo metainfo) throws IOException {
    Files.createDirectories(folder);
    WholeFile.write(path(infoHash), metainfo.raw().rawBytes());
  }
}
