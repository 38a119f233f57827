package dev.skep.tracker.persistence;

import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in the store's folder that says how many changes had been committed at least. The store
 * below takes a file of its own that ends too early, but between two changes, for that of an older
 * store: only what stands elsewhere can tell.
 *
 * <p>It is written after each commit, in place: so few bytes are there whole or not at all after a
 * kill, and their seal tells if a power cut tore them.
 */
final class Mark implements AutoCloseable {
  private static final String NAME = "mark";

  private final FileChannel file;

  private Mark(FileChannel file) {
    this.file = file;
  }

  /** Marks a store that had none; the mark is on the disk when this returns. */
  static void begin(Path store, long commits) throws IOException {
    WholeFile.write(store.resolve(NAME), sealed(commits));
  }

  static boolean isIn(Path store) {
    return Files.exists(store.resolve(NAME));
  }

  static Mark open(Path store) throws IOException {
    return new Mark(
        FileChannel.open(store.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /**
   * How many changes a store must have.
   *
   * @throws DamagedStoreException if the file is not what was written
   */
  static long read(Path store) throws DamagedStoreException, IOException {
    byte[] sealed = Files.readAllBytes(store.resolve(NAME));
    byte[] commits = Seal.open(Seal.Kind.MARK, Seal.NO_SUBJECT, sealed);
    return ByteBuffer.wrap(commits).getLong();
  }

  void write(long commits) throws IOException {
    ByteBuffer sealed = ByteBuffer.wrap(sealed(commits));
    for (long at = 0; sealed.hasRemaining(); ) {
      at += file.write(sealed, at);
    }
  }

  private static byte[] sealed(long commits) {
    byte[] content = ByteBuffer.allocate(Long.BYTES).putLong(commits).array();
    return Seal.close(Seal.Kind.MARK, Seal.NO_SUBJECT, content);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
