package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Reads and writes .torrent files for the commands. */
final class TorrentFiles {
  /** What the decoder takes; a wrong file given by mistake is not read into memory. */
  static final int MAX_BYTES = DecodeOptions.LENIENT.maxBytes();

  private TorrentFiles() {}

  /**
   * Reads a .torrent file.
   *
   * @throws Failure naming the file and what is wrong with it
   */
  static Metainfo read(Path file) throws Failure, IOException {
    return parse(readBytes(file), file.toString());
  }

  /**
   * The .torrent file in a folder.
   *
   * @throws Failure if there is none, or more than one
   */
  static Path onlyOne(Path folder) throws Failure, IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(".torrent")).sorted().toList();
      if (found.isEmpty()) {
        throw new Failure(folder + ": a folder without a .torrent file");
      }
      if (found.size() > 1) {
        throw new Failure(
            "%s: a folder with %d .torrent files; name one, such as %s"
                .formatted(folder, found.size(), found.getFirst()));
      }
      return found.getFirst();
    }
  }

  /** The bytes of what may be a .torrent file. */
  static byte[] readBytes(Path file) throws Failure, IOException {
    if (Files.isDirectory(file)) {
      throw new Failure(file + ": a folder, not a .torrent file");
    }
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new Failure(
          file
              + ": "
              + ByteSize.format(size)
              + " are too many for a .torrent file; is it the data?");
    }
    return Files.readAllBytes(file);
  }

  /** Reads a .torrent that came from {@code origin}, a file or URL. */
  static Metainfo parse(byte[] bytes, String origin) throws Failure {
    if (isWebPage(bytes)) {
      throw new Failure(
          origin + ": a web page, not a .torrent file; give the address of the file itself");
    }
    try {
      return Metainfo.parse(bytes);
    } catch (MetainfoException e) {
      throw new Failure(origin + ": " + e.getMessage(), e);
    }
  }

  /** Bencoded values begin with a letter or a digit, pages with a tag. */
  private static boolean isWebPage(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, 100), ISO_8859_1).strip().startsWith("<");
  }

  /** Writes a file whole or not at all. */
  static void write(Path file, byte[] bytes) throws IOException {
    String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path part = file.resolveSibling(".skep-" + unique + ".part");
    Files.createFile(part); // it is ours, and leads nowhere else
    part.toFile().deleteOnExit(); // Ctrl-C skips what stands in finally
    try {
      Files.write(part, bytes);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
