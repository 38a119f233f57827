package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * One of a torrent's files on disk. Identity, not equality: two torrents may name the same path.
 */
final class DataFile {
  private final Path root;
  private final Path path;
  private final long offsetBytes;
  private final long lengthBytes;
  private final boolean padding;

  /**
   * @param root the folder that nothing may leave; must exist before the file is opened for writing
   * @param path the file itself, below root
   * @param offsetBytes where its bytes begin in the torrent
   */
  DataFile(Path root, Path path, long offsetBytes, long lengthBytes, boolean padding) {
    this.root = root;
    this.path = path;
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
    this.padding = padding;
  }

  Path path() {
    return path;
  }

  long offsetBytes() {
    return offsetBytes;
  }

  long lengthBytes() {
    return lengthBytes;
  }

  long endBytes() {
    return offsetBytes + lengthBytes;
  }

  boolean padding() {
    return padding;
  }

  /**
   * Opens the file; for writing it is made, with its folders and at its full length but sparse.
   *
   * @throws IOException also when a symbolic link leads out of the root
   */
  FileChannel open(boolean write) throws IOException {
    if (!write) {
      requireInside(path.toRealPath());
      return FileChannel.open(path, READ);
    }
    makeFolders();
    FileChannel channel =
        FileChannel.open(path, Set.<OpenOption>of(READ, WRITE, CREATE, NOFOLLOW_LINKS));
    try {
      if (channel.size() > lengthBytes) {
        channel.truncate(lengthBytes);
      } else if (channel.size() < lengthBytes) {
        channel.write(ByteBuffer.allocate(1), lengthBytes - 1);
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void makeFolders() throws IOException {
    Path folder = root;
    Files.createDirectories(root);
    for (Path name : root.relativize(path.getParent())) {
      folder = folder.resolve(name);
      if (!name.toString().isEmpty() && !Files.isDirectory(folder)) {
        Files.createDirectory(folder);
      }
      requireInside(folder.toRealPath());
    }
  }

  private void requireInside(Path real) throws IOException {
    if (!real.startsWith(root.toRealPath())) {
      throw new IOException(path + " leads out of " + root + " through a symbolic link");
    }
  }
}
