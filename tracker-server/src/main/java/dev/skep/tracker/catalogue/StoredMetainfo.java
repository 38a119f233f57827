package dev.skep.tracker.catalogue;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A .torrent file as it was registered, open for reading; it was checked to be whole.
 *
 * @param content takes a file descriptor until it is closed, and next to nothing of the heap
 * @param bytes how many it gives
 */
public record StoredMetainfo(InputStream content, long bytes) implements Closeable {
  @Override
  public void close() throws IOException {
    content.close();
  }
}
