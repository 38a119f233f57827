package dev.skep.agent.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files that are held open, over all torrents: bounded, and the one used least recently is
 * closed first. Files in use at one moment may exceed the bound by the number of their users.
 */
public final class OpenFiles implements AutoCloseable {

  /** What is done with an open file. */
  @FunctionalInterface
  interface Use<T> {
    T with(FileChannel channel) throws IOException;
  }

  /** An open file and, once somebody wanted to look into it, its mapping. */
  private static final class Entry {
    private static final long WINDOW_BYTES = 1L << 30;

    private final FileChannel channel;
    private final boolean writable;
    private int users;
    private boolean doomed;
    private @Nullable MappedByteBuffer window;
    private long windowAt;

    Entry(FileChannel channel, boolean writable) {
      this.channel = channel;
      this.writable = writable;
    }

    /**
     * Bytes of the file as the page cache holds them, at most {@code lengthBytes}: fewer where a
     * mapped window ends.
     *
     * @throws EOFException if the file ends before
     */
    private synchronized ByteBuffer view(long from, int lengthBytes) throws IOException {
      long at = from - from % WINDOW_BYTES;
      MappedByteBuffer mapped = window;
      if (mapped == null || windowAt != at || from + lengthBytes > at + mapped.capacity()) {
        long size = Math.min(WINDOW_BYTES, channel.size() - at);
        if (size <= from - at) {
          throw new EOFException("the file ends before byte " + from);
        }
        // Freed by the collector once nobody sends from it any more: it is no memory of ours.
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, at, size);
        window = mapped;
        windowAt = at;
      }
      int offset = (int) (from - at);
      return mapped.slice(offset, Math.min(lengthBytes, mapped.capacity() - offset));
    }
  }

  private final int max;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<DataFile, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param max at least 1
   */
  public OpenFiles(int max) {
    this.max = max;
  }

  /**
   * Opens the file unless it is open, and lets {@code use} work on it.
   *
   * @throws IOException of opening, or of the use
   */
  <T> T use(DataFile file, boolean write, Use<T> use) throws IOException {
    Entry entry = acquire(file, write);
    try {
      return use.with(entry.channel);
    } finally {
      release(entry);
    }
  }

  /**
   * Bytes of a file, at most {@code lengthBytes}, as the page cache holds them. Only to be read.
   */
  ByteBuffer view(DataFile file, long from, int lengthBytes) throws IOException {
    Entry entry = acquire(file, false);
    try {
      return entry.view(from, lengthBytes);
    } finally {
      release(entry);
    }
  }

  private Entry acquire(DataFile file, boolean write) throws IOException {
    lock.lock();
    try {
      Entry entry = entries.get(file);
      if (entry != null && write && !entry.writable) {
        forget(file, entry);
        entry = null;
      }
      if (entry == null) {
        // Opened under the lock: rare, and two threads must not lay out one file at once.
        entry = new Entry(file.open(write), write);
        entries.put(file, entry);
        evict(entry);
      }
      entry.users++;
      return entry;
    } finally {
      lock.unlock();
    }
  }

  private void release(Entry entry) throws IOException {
    lock.lock();
    try {
      if (--entry.users == 0 && entry.doomed) {
        entry.channel.close();
      }
    } finally {
      lock.unlock();
    }
  }

  private void evict(Entry keep) throws IOException {
    Iterator<Map.Entry<DataFile, Entry>> oldest = entries.entrySet().iterator();
    while (entries.size() > max && oldest.hasNext()) {
      Entry entry = oldest.next().getValue();
      if (entry.users == 0 && entry != keep) {
        oldest.remove();
        entry.channel.close();
      }
    }
  }

  private void forget(DataFile file, Entry entry) throws IOException {
    entries.remove(file);
    if (entry.users == 0) {
      entry.channel.close();
    } else {
      entry.doomed = true;
    }
  }

  /** Closes these files, those in use as soon as their users are done. */
  void close(Iterable<DataFile> files) throws IOException {
    lock.lock();
    try {
      for (DataFile file : files) {
        Entry entry = entries.get(file);
        if (entry != null) {
          forget(file, entry);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many files are open now. */
  public int count() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      for (DataFile file : entries.keySet().toArray(DataFile[]::new)) {
        Entry entry = entries.get(file);
        if (entry != null) {
          forget(file, entry);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
