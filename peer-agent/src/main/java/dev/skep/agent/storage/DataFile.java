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
import java.nio.file.StandardCopyOption;
import java.util.Set;

/**
 * One of a torrent's files on disk. Identity, not equality: two torrents may name the same path.
 */
final class DataFile {
  private static final int ZEROS_BYTES = 1 << 20;

  private final Path root;
  private final Path finalPath;
  private volatile Path path;
  private final long offsetBytes;
  private final long lengthBytes;
  private final boolean padding;

  /**
   * @param root the folder that nothing may leave; must exist before the file is opened for writing
   * @param path the file itself, below root
   * @param partPath what the file is called until it is {@link #finish}ed; may be path
   * @param offsetBytes where its bytes begin in the torrent
   */
  DataFile(
      Path root, Path path, Path partPath, long offsetBytes, long lengthBytes, boolean padding) {
    this.root = root;
    this.finalPath = path;
    this.path = lengthBytes > 0 && !Files.exists(path) ? partPath : path;
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
    this.padding = padding;
  }

  /** Where the file is now, if it exists. */
  Path path() {
    return path;
  }

  /** Whether any of its bytes are on disk, or would be. */
  boolean hasBytes() {
    return lengthBytes > 0 && !padding;
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** All of it is verified: it gets its final name, unless it has it. */
  synchronized void finish() throws IOException {
    if (!path.equals(finalPath)) {
      Files.move(path, finalPath, StandardCopyOption.ATOMIC_MOVE);
      path = finalPath;
    }
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
   * <p>Reading goes through symbolic links, out of the root too: a folder is shared as a torrent
   * was made of it, and what does not have the piece's hash is told to nobody.
   *
   * @throws IOException also when it would be written through a symbolic link
   */
  FileChannel open(boolean write) throws IOException {
    if (!write) {
      return FileChannel.open(path, READ);
    }
    FileChannel channel = openForWriting();
    try {
      layOut(channel);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** One at a time: the last byte must not be made by one when another has written it. */
  private synchronized void layOut(FileChannel channel) throws IOException {
    if (channel.size() > lengthBytes) {
      channel.truncate(lengthBytes);
    } else if (channel.size() < lengthBytes) {
      channel.write(ByteBuffer.allocate(1), lengthBytes - 1);
    }
  }

  private FileChannel openForWriting() throws IOException {
    makeFolders();
    if (Files.isSymbolicLink(path)) {
      throw new IOException(path + " is a symbolic link, and nothing is written through one");
    }
    return FileChannel.open(path, Set.<OpenOption>of(READ, WRITE, CREATE, NOFOLLOW_LINKS));
  }

  /**
   * Makes the file under another name, and gives it its own when {@code content} has filled it: so
   * it is there as a whole or not at all.
   *
   * @param name of no other file in its folder
   */
  void make(String name, Content content) throws IOException {
    Path next = path.resolveSibling(name);
    DataFile made = new DataFile(root, next, next, offsetBytes, lengthBytes, padding);
    try (FileChannel channel = made.open(true)) {
      content.fill(channel);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Fills a new file. */
  @FunctionalInterface
  interface Content {
    void fill(FileChannel channel) throws IOException;
  }

  /** Makes the file as long as it will be, of zeros that take room on the disk. */
  void preallocate() throws IOException {
    try (FileChannel channel = openForWriting()) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
      for (long at = channel.size(); at < lengthBytes; at += zeros.position()) {
        zeros.clear().limit((int) Math.min(ZEROS_BYTES, lengthBytes - at));
        channel.write(zeros, at);
      }
    }
  }

  /** Makes the folders that lead to it; none of them may lie elsewhere. */
  void makeFolders() throws IOException {
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
