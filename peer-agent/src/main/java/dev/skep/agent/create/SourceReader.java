package dev.skep.agent.create;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads files at any place and keeps the last one open, as the next read is mostly from it. */
final class SourceReader implements AutoCloseable {
  private @Nullable Path current;
  private @Nullable FileChannel channel;

  /**
   * Fills the buffer from its position to its limit.
   *
   * @throws FileSystemException if the file ends before
   */
  void read(SourceFile file, long position, ByteBuffer into) throws IOException {
    FileChannel from = open(file);
    while (into.hasRemaining()) {
      int read = from.read(into, position);
      if (read < 0) {
        throw new FileSystemException(
            file.file().toString(), null, "became shorter while it was read; try again");
      }
      position += read;
    }
  }

  private FileChannel open(SourceFile file) throws IOException {
    if (channel == null || !file.file().equals(current)) {
      close();
      channel = FileChannel.open(file.file());
      current = file.file();
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
