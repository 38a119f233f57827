package dev.skep.agent.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files that are held open, over all torrents: bounded, and the one used least recently is
 * closed first. Files in use at one moment may exceed the bound by the number of their users. Their
 * {@link MappedWindows} stay when a file is closed only to make room.
 */
public final class OpenFiles implements AutoCloseable {

  /** What is done with an open file. */
  @FunctionalInterface
  interface Use<T> {
    T with(FileChannel channel) throws IOException;
  }

  /** A file that is open, or is just being opened by the first who uses it. */
  private static final class Entry {
    private final DataFile file;
    private final boolean writable;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable FileChannel channel;
    private int users;
    private boolean doomed;

    Entry(DataFile file, boolean writable) {
      this.file = file;
      this.writable = writable;
    }

    private boolean unused() {
      return users == 0 && channel != null;
    }
  }

  private final int max;
  private final MappedWindows windows;
  private final ReentrantLock lock = new ReentrantLock(); // never held across I/O
  private final LinkedHashMap<DataFile, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param max at least 1
   */
  public OpenFiles(int max) {
    this(max, MappedWindows.MAX);
  }

  /**
   * @param maxWindows how many parts of files may be mapped, at least 0
   */
  OpenFiles(int max, int maxWindows) {
    this.max = max;
    windows = new MappedWindows(maxWindows);
  }

  MappedWindows windows() {
    return windows;
  }

  /**
   * Opens the file unless it is open, and lets {@code use} work on it.
   *
   * @throws IOException of opening, or of the use
   */
  <T> T use(DataFile file, boolean write, Use<T> use) throws IOException {
    Entry entry = acquire(file, write);
    try {
      return use.with(open(entry));
    } finally {
      release(entry);
    }
  }

  /** Maps the part of the file that has this byte, if that is worth it. */
  void offerWindow(DataFile file, long from) throws IOException {
    Entry entry = acquire(file, false);
    try {
      windows.offer(file, open(entry), from);
      if (isDoomed(entry)) {
        windows.forget(List.of(file)); // another file may have its name by now
      }
    } finally {
      release(entry);
    }
  }

  private boolean isDoomed(Entry entry) {
    lock.lock();
    try {
      return entry.doomed;
    } finally {
      lock.unlock();
    }
  }

  private Entry acquire(DataFile file, boolean write) throws IOException {
    List<FileChannel> ended = new ArrayList<>(1);
    Entry entry;
    lock.lock();
    try {
      entry = entries.get(file);
      if (entry != null && write && !entry.writable) {
        forget(file, ended);
        entry = null;
      }
      if (entry == null) {
        entry = new Entry(file, write);
        entries.put(file, entry);
        evict(max, ended);
      }
      entry.users++;
    } finally {
      lock.unlock();
    }
    close(ended);
    return entry;
  }

  private FileChannel open(Entry entry) throws IOException {
    FileChannel channel = entry.channel;
    if (channel != null) {
      return channel;
    }
    entry.opening.lock();
    try {
      channel = entry.channel;
      if (channel == null) {
        channel = openNow(entry);
        entry.channel = channel;
      }
      return channel;
    } catch (IOException e) {
      drop(entry);
      throw e;
    } finally {
      entry.opening.unlock();
    }
  }

  /** Others may have taken the descriptors that our bound leaves: then we do with fewer. */
  private FileChannel openNow(Entry entry) throws IOException {
    try {
      return entry.file.open(entry.writable);
    } catch (FileSystemException e) {
      if (!Descriptors.areUsedUp()) {
        throw e;
      }
      closeUnused();
      try {
        return entry.file.open(entry.writable);
      } catch (FileSystemException again) {
        throw Descriptors.areUsedUp() ? new Descriptors.UsedUp(entry.file.path()) : again;
      }
    }
  }

  private void release(Entry entry) throws IOException {
    FileChannel ended;
    lock.lock();
    try {
      entry.users--;
      ended = entry.doomed && entry.users == 0 ? entry.channel : null;
    } finally {
      lock.unlock();
    }
    if (ended != null) {
      ended.close();
    }
  }

  /** It could not be opened: whoever comes next shall try anew. */
  private void drop(Entry entry) {
    lock.lock();
    try {
      entry.doomed = true;
      entries.remove(entry.file, entry);
    } finally {
      lock.unlock();
    }
  }

  private void closeUnused() throws IOException {
    List<FileChannel> ended = new ArrayList<>();
    lock.lock();
    try {
      evict(0, ended);
    } finally {
      lock.unlock();
    }
    close(ended);
  }

  private void evict(int most, List<FileChannel> ended) {
    Iterator<Map.Entry<DataFile, Entry>> oldest = entries.entrySet().iterator();
    while (entries.size() > most && oldest.hasNext()) {
      Entry entry = oldest.next().getValue();
      if (entry.unused()) {
        oldest.remove();
        end(entry, ended);
      }
    }
  }

  private void forget(DataFile file, List<FileChannel> ended) {
    Entry entry = entries.remove(file);
    if (entry != null) {
      end(entry, ended);
    }
  }

  /** Nobody finds it any more: it is closed now, or by its last user. */
  private static void end(Entry entry, List<FileChannel> ended) {
    entry.doomed = true;
    FileChannel channel = entry.channel;
    if (entry.users == 0 && channel != null) {
      ended.add(channel);
    }
  }

  private static void close(List<FileChannel> ended) throws IOException {
    for (FileChannel channel : ended) {
      channel.close();
    }
  }

  /** Closes these files, those in use as soon as their users are done. */
  void close(Iterable<DataFile> files) throws IOException {
    List<FileChannel> ended = new ArrayList<>();
    lock.lock();
    try {
      files.forEach(file -> forget(file, ended));
    } finally {
      lock.unlock();
    }
    windows.forget(files); // after that: see offerWindow
    close(ended);
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

  /** How many parts of files are mapped now. */
  public int mappedCount() {
    return windows.count();
  }

  @Override
  public void close() throws IOException {
    List<FileChannel> ended = new ArrayList<>();
    lock.lock();
    try {
      List.copyOf(entries.keySet()).forEach(file -> forget(file, ended));
    } finally {
      lock.unlock();
    }
    windows.forgetAll();
    close(ended);
  }
}
