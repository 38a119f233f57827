package dev.skep.tracker.persistence;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.serializer.memory.XMemory;
import org.eclipse.serializer.persistence.binary.types.Binary;
import org.eclipse.serializer.persistence.types.PersistenceTarget;
import org.eclipse.store.storage.embedded.types.EmbeddedStorageBinaryTarget;
import org.eclipse.store.storage.embedded.types.EmbeddedStorageConnectionFoundation;
import org.eclipse.store.storage.types.StorageWriteController;

/**
 * Writes commits, and gives back the memory beside the heap that they took. EclipseStore leaves
 * that to the collector, which does not see how much it is: a busy tracker would hold many
 * megabytes of commits that are long on the disk.
 *
 * <p>A commit is given back when the next one is written: the thread that writes does one after
 * another, and still looks at one when it has said that it is on the disk.
 */
final class CommitBuffers implements PersistenceTarget<Binary> {
  private static final ByteBuffer[] NONE = {};

  private final EmbeddedStorageConnectionFoundation<?> connection;
  private final StorageWriteController control;

  /** Absent until the storage runs. */
  private Optional<EmbeddedStorageBinaryTarget> storage = Optional.empty();

  private ByteBuffer[] written = NONE;

  private CommitBuffers(EmbeddedStorageConnectionFoundation<?> connection) {
    this.connection = connection;
    this.control = connection.getWriteController();
  }

  /** Has all that goes through a connection written like this. */
  static void giveBackOn(EmbeddedStorageConnectionFoundation<?> connection) {
    connection.setPersistenceTarget(new CommitBuffers(connection));
  }

  /** After a failure what was not written is left to the collector. */
  @Override
  public synchronized void write(Binary commit) {
    if (storage.isEmpty()) {
      storage =
          Optional.of(
              EmbeddedStorageBinaryTarget.New(
                  connection.getStorageSystem().createRequestAcceptor(), control));
    }
    storage.get().write(commit);
    for (ByteBuffer buffer : written) {
      XMemory.deallocateDirectByteBuffer(buffer);
    }
    written = commit.buffers();
  }

  @Override
  public boolean isWritable() {
    return control.isWritable();
  }

  @Override
  public boolean isStoringEnabled() {
    return control.isStoringEnabled();
  }
}
