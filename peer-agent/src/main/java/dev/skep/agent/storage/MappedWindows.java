package dev.skep.agent.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Parts of files that are mapped, over all torrents, so that what the page cache holds can be sent
 * from there. At most a given number; one gives way to another when nobody has looked into it for a
 * second, and is unmapped as soon as the last who sends from it is done.
 *
 * <p>Only the kernel reads mapped bytes, while it sends them. Java code that did would get an
 * {@code InternalError} where a file was cut meanwhile; a system call fails, and costs a
 * connection.
 */
final class MappedWindows {
  /** So many windows cover 32 GiB, and their page tables take at most 64 MiB. */
  static final int MAX = 128;

  static final long WINDOW_BYTES = 256L << 20;

  /** A shorter file is read: to map it and to end that takes longer than to copy it. */
  private static final long LEAST_BYTES = 1L << 20;

  private static final long UNUSED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int CHUNK_BYTES = 1 << 20;

  /** The least that Linux reads ahead by default, so neighbours in it come and go together. */
  private static final int SAMPLE_BYTES = 128 << 10;

  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Key(DataFile file, long index) {}

  /** A mapped part of a file. */
  static final class Window {
    private final Arena arena;
    private final MemorySegment segment;
    private final ByteBuffer bytes;
    private final boolean tellsResidence;
    private final long[] residentAt;
    private long usedAt;
    private int senders;
    private boolean doomed;

    private Window(Arena arena, MemorySegment segment, boolean tellsResidence) {
      this.arena = arena;
      this.segment = segment;
      this.tellsResidence = tellsResidence;
      bytes = segment.asByteBuffer();
      residentAt = new long[Math.toIntExact(Math.ceilDiv(segment.byteSize(), CHUNK_BYTES))];
      Arrays.fill(residentAt, System.nanoTime() - KNOWN_NANOS);
    }

    /**
     * Whether all of these bytes are in memory, so that sending them waits for no disk. To ask the
     * system for each page takes some hundredths of what sending takes, so some stand for many, and
     * it is not asked again soon: what was in memory lately is.
     */
    private boolean isResident(int at, int lengthBytes) {
      if (!tellsResidence) {
        return false;
      }
      long now = System.nanoTime();
      int last = (at + lengthBytes - 1) / CHUNK_BYTES;
      boolean resident = true;
      for (int chunk = at / CHUNK_BYTES; resident && chunk <= last; chunk++) {
        resident = now - residentAt[chunk] < KNOWN_NANOS || isChunkResident(chunk, now);
      }
      return resident || segment.asSlice(at, lengthBytes).isLoaded();
    }

    private boolean isChunkResident(int chunk, long now) {
      long begin = (long) chunk * CHUNK_BYTES;
      long end = Math.min(begin + CHUNK_BYTES, segment.byteSize());
      for (long at = begin; at < end; at += SAMPLE_BYTES) {
        if (!segment.asSlice(at, 1).isLoaded()) {
          return false;
        }
      }
      residentAt[chunk] = now; // of several threads any may win
      return true;
    }

    private boolean covers(long from, int lengthBytes) {
      return from % WINDOW_BYTES + lengthBytes <= segment.byteSize();
    }
  }

  /** The right to send a run of a window's bytes, until it is {@link #release}d. */
  record Lease(Window window, int at, int lengthBytes) {
    /** Whether all of them are in memory, so that sending them waits for no disk. */
    boolean isResident() {
      return window.isResident(at, lengthBytes);
    }

    /** Some of them, only to be sent and never to be looked into. */
    ByteBuffer view(int from, int count) {
      return window.bytes.slice(at + from, count);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Key, Window> windows = new LinkedHashMap<>(16, 0.75f, true);
  private int max;
  private int mapped; // also those that are forgotten and still sent from

  MappedWindows(int max) {
    this.max = max;
  }

  /**
   * The right to send these bytes of a file. Never waits for a disk.
   *
   * @return null when no window has all of them
   */
  @Nullable Lease lease(DataFile file, long from, int lengthBytes) {
    lock.lock();
    try {
      Window window = windows.get(new Key(file, from / WINDOW_BYTES));
      if (window == null || !window.covers(from, lengthBytes)) {
        return null;
      }
      window.senders++;
      window.usedAt = System.nanoTime();
      return new Lease(window, (int) (from % WINDOW_BYTES), lengthBytes);
    } finally {
      lock.unlock();
    }
  }

  void release(Lease lease) {
    Window window = lease.window;
    boolean ended;
    lock.lock();
    try {
      window.senders--;
      ended = ends(window);
    } finally {
      lock.unlock();
    }
    if (ended) {
      window.arena.close();
    }
  }

  /**
   * Maps the window of this byte unless that is done, or the file is short, or all windows are in
   * use. File I/O: not for virtual threads.
   */
  void offer(DataFile file, FileChannel channel, long from) throws IOException {
    Key key = new Key(file, from / WINDOW_BYTES);
    long at = key.index * WINDOW_BYTES;
    long size = Math.min(WINDOW_BYTES, channel.size() - at);
    List<Window> ended = new ArrayList<>();
    boolean room = size >= LEAST_BYTES && makeRoom(key, size, ended);
    unmap(ended);
    if (!room) {
      return;
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, at, size, arena);
      // Where we may not write, Linux does not tell what is in memory, and answers: everything.
      put(key, new Window(arena, segment, Files.isWritable(file.path())));
    } catch (IOException e) {
      arena.close();
      allowNoMore();
    }
  }

  /** Counts one more window if there may be one. */
  private boolean makeRoom(Key key, long size, List<Window> ended) {
    lock.lock();
    try {
      Window there = windows.get(key);
      if (there != null && there.segment.byteSize() >= size) {
        return false;
      }
      if (there != null) {
        forget(key, ended); // the file was shorter then
      }
      Iterator<Map.Entry<Key, Window>> oldest = windows.entrySet().iterator();
      while (mapped >= max && oldest.hasNext()) {
        Window window = oldest.next().getValue();
        if (System.nanoTime() - window.usedAt < UNUSED_NANOS) {
          return false;
        }
        if (window.senders == 0) {
          oldest.remove();
          window.doomed = true;
          if (ends(window)) {
            ended.add(window);
          }
        }
      }
      if (mapped >= max) {
        return false;
      }
      mapped++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void put(Key key, Window window) {
    List<Window> ended = new ArrayList<>();
    lock.lock();
    try {
      window.usedAt = System.nanoTime();
      forget(key, ended); // another worker may have mapped it meanwhile
      windows.put(key, window);
    } finally {
      lock.unlock();
    }
    unmap(ended);
  }

  /** The system gives no more address space: what is mapped has to do, and the rest is read. */
  private void allowNoMore() {
    lock.lock();
    try {
      mapped--;
      max = mapped;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the mappings of these files, those in use as soon as their senders are done. */
  void forget(Iterable<DataFile> files) {
    List<Window> ended = new ArrayList<>();
    lock.lock();
    try {
      if (!windows.isEmpty()) {
        for (DataFile file : files) {
          for (long index = 0; index * WINDOW_BYTES < file.lengthBytes(); index++) {
            forget(new Key(file, index), ended);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    unmap(ended);
  }

  void forgetAll() {
    List<Window> ended = new ArrayList<>();
    lock.lock();
    try {
      List.copyOf(windows.keySet()).forEach(key -> forget(key, ended));
    } finally {
      lock.unlock();
    }
    unmap(ended);
  }

  private void forget(Key key, List<Window> ended) {
    Window window = windows.remove(key);
    if (window != null) {
      window.doomed = true;
      if (ends(window)) {
        ended.add(window);
      }
    }
  }

  /** Whether nobody finds it any more, nor sends from it; asked once after each change. */
  private boolean ends(Window window) {
    boolean ends = window.doomed && window.senders == 0;
    if (ends) {
      mapped--;
    }
    return ends;
  }

  /** Without the lock: the JVM stops every thread for a moment to do this. */
  private static void unmap(List<Window> ended) {
    ended.forEach(window -> window.arena.close());
  }

  /** How many are mapped now. */
  int count() {
    lock.lock();
    try {
      return mapped;
    } finally {
      lock.unlock();
    }
  }
}
