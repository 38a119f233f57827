package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One torrent's bytes, laid over its files on disk. Padding reads as zeros and is never written.
 * Safe for use by many threads. Bytes of files that are not selected and do not exist go to the
 * {@link PartsFile}. Which files are there, and which shall be, is for {@link FilesOnDisk}.
 */
public final class DataFiles implements AutoCloseable {
  private final OpenFiles open;
  private final List<DataFile> files;
  private final List<Optional<SymbolicLink>> links; // by the index of the file that each is
  private final Path place;
  private final Folders folders;
  private final @Nullable PartsFile parts;

  /** Held for writing while bytes move from the parts file to a file. */
  private final ReadWriteLock moving = new ReentrantReadWriteLock();

  /** Files that are all there or will be, laid out sparse and under their final names. */
  public DataFiles(Metainfo metainfo, Path data, OpenFiles open) {
    this(metainfo, data, open, null);
  }

  /**
   * @param data where the data is or will be: the file itself, or the folder that holds the files
   *     of a torrent that has several
   * @param options null: sparse, final names, every file selected
   */
  public DataFiles(Metainfo metainfo, Path data, OpenFiles open, @Nullable StorageOptions options) {
    this.open = open;
    place = data.toAbsolutePath().normalize();
    folders = new Folders(metainfo.multiFile() ? place : place.resolveSibling(".").normalize());
    files = files(metainfo, options != null && options.partNames());
    links = links(metainfo.files());
    parts = options == null ? null : new PartsFile(metainfo, options.stateFolder(), files, open);
  }

  private List<Optional<SymbolicLink>> links(List<TorrentFile> described) {
    Map<List<String>, List<String>> targets = new HashMap<>();
    described.forEach(
        file -> file.linkTarget().ifPresent(target -> targets.put(file.path(), target)));
    List<Optional<SymbolicLink>> list = new ArrayList<>();
    for (int i = 0; i < described.size(); i++) {
      DataFile file = files.get(i);
      boolean circular = SymbolicLink.goesInCircles(described.get(i).path(), targets);
      list.add(
          described
              .get(i)
              .linkTarget()
              .map(target -> new SymbolicLink(place, file, target, circular)));
    }
    return List.copyOf(list);
  }

  private List<DataFile> files(Metainfo metainfo, boolean partNames) {
    boolean below = metainfo.multiFile();
    List<Path> paths = metainfo.files().stream().map(file -> path(file, below)).toList();
    PartNames unfinished = new PartNames(paths);
    List<DataFile> list = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      TorrentFile file = metainfo.files().get(i);
      int index = i;
      list.add(
          new DataFile(
              folders,
              paths.get(i),
              () -> unfinished.of(index),
              partNames,
              file.offsetBytes(),
              file.lengthBytes(),
              file.padding()));
    }
    return List.copyOf(list);
  }

  private Path path(TorrentFile file, boolean below) {
    Path path = place;
    if (below) {
      for (String name : file.path()) {
        path = path.resolve(name);
      }
    }
    return path;
  }

  /** Where the data is: a file or a folder. */
  public Path place() {
    return place;
  }

  List<DataFile> files() {
    return files;
  }

  /** Whether there is the folder that all files lie in: if not, none of many need be looked for. */
  boolean haveFolder() throws IOException {
    return folders.exist();
  }

  /** The symbolic link that the {@code i}-th file is, if it is one. */
  Optional<SymbolicLink> link(int i) {
    return links.get(i);
  }

  @Nullable PartsFile parts() {
    return parts;
  }

  /** Where the bytes of the {@code i}-th file are: in itself or in the parts file. */
  DataFile home(int i) {
    return parts != null && parts.holds(i) ? parts.file() : files.get(i);
  }

  /** Where the {@code i}-th file is. */
  public Path path(int i) {
    return files.get(i).path();
  }

  /**
   * Fills {@code into} from the torrent's bytes. What lies between two files, or behind the last,
   * is zeros.
   *
   * @throws EOFException if a file is shorter than the torrent says
   */
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    long at = offsetBytes;
    long end = offsetBytes + into.remaining();
    for (int i = indexAt(at); i < files.size() && at < end; i++) {
      DataFile file = files.get(i);
      at += zeros(Math.min(end, file.offsetBytes()) - at, into);
      long count = Math.min(end, file.endBytes()) - at;
      if (file.padding()) {
        zeros(count, into);
      } else if (count > 0) {
        readFully(home(i), at, (int) count, into);
      }
      at += Math.max(0, count);
    }
    zeros(end - at, into);
  }

  /** Adds so many zeros, none if it is negative; returns how many. */
  private static long zeros(long count, ByteBuffer into) {
    for (long left = count; left > 0; left--) {
      into.put((byte) 0);
    }
    return Math.max(0, count);
  }

  private void readFully(DataFile home, long at, int count, ByteBuffer into) throws IOException {
    int limit = into.limit();
    into.limit(into.position() + count);
    open.use(home, false, channel -> readFully(home, channel, at - home.offsetBytes(), into));
    into.limit(limit);
  }

  /**
   * The right to send these bytes from where they are mapped; null where they are not, be it that
   * they lie in several files. Never waits for a disk. Must be given back by {@link #release}.
   */
  MappedWindows.@Nullable Lease lease(long offsetBytes, int lengthBytes) {
    int i = indexAt(offsetBytes);
    DataFile file = files.get(i);
    boolean within =
        offsetBytes >= file.offsetBytes() && offsetBytes + lengthBytes <= file.endBytes();
    if (!within || file.padding()) {
      return null;
    }
    DataFile home = home(i);
    return open.windows().lease(home, offsetBytes - home.offsetBytes(), lengthBytes);
  }

  void release(MappedWindows.Lease lease) {
    open.windows().release(lease);
  }

  /** Has the part of a file mapped that has this byte, where that is worth it. */
  void offerWindow(long offsetBytes) throws IOException {
    int i = indexAt(offsetBytes);
    DataFile home = home(i);
    if (files.get(i).hasBytes() && offsetBytes >= files.get(i).offsetBytes()) {
      open.offerWindow(home, offsetBytes - home.offsetBytes());
    }
  }

  private static int readFully(DataFile file, FileChannel channel, long from, ByteBuffer into)
      throws IOException {
    int total = 0;
    while (into.hasRemaining()) {
      int n = channel.read(into, from + total);
      if (n < 0) {
        throw new EOFException(file.path() + " is shorter than the torrent says");
      }
      total += n;
    }
    return total;
  }

  /** Has bytes moved from the parts file to files that are selected now. */
  void bringHome(BitSet selected, Bitfield verified, Bitfield wanted) throws IOException {
    if (parts != null) {
      moving.writeLock().lock();
      try {
        parts.select(selected, verified, wanted);
      } finally {
        moving.writeLock().unlock();
      }
    }
  }

  /**
   * Writes {@code bytes}, which lie one after another in the torrent from {@code offsetBytes} on.
   */
  public void write(long offsetBytes, ByteBuffer[] bytes) throws IOException {
    moving.readLock().lock();
    try {
      spread(offsetBytes, bytes);
    } finally {
      moving.readLock().unlock();
    }
  }

  private void spread(long offsetBytes, ByteBuffer[] bytes) throws IOException {
    long at = offsetBytes;
    int first = 0;
    for (int i = indexAt(at); first < bytes.length; i++) {
      DataFile file = files.get(i);
      long room = file.endBytes() - at;
      int last = first;
      long count = 0;
      int cut = -1;
      while (last < bytes.length && count < room) {
        ByteBuffer b = bytes[last];
        if (b.remaining() > room - count) {
          cut = b.limit();
          b.limit(b.position() + (int) (room - count));
        }
        count += b.remaining();
        last++;
      }
      if (count > 0) {
        DataFile home = home(i);
        put(home, at - home.offsetBytes(), file.padding(), bytes, first, last);
        if (parts != null && home == parts.file()) {
          parts.wrote(at, count);
        }
        at += count;
      }
      if (cut >= 0) {
        last--;
        bytes[last].limit(cut);
      }
      first = last;
    }
  }

  private void put(
      DataFile file, long from, boolean padding, ByteBuffer[] bytes, int first, int last)
      throws IOException {
    if (padding || !file.isOurs()) {
      for (int i = first; i < last; i++) {
        bytes[i].position(bytes[i].limit());
      }
      file.disturb(); // what is there instead must prove itself
      return;
    }
    open.use(
        file,
        true,
        channel -> {
          file.write(channel, () -> writeAt(channel, from, bytes, first, last));
          return channel;
        });
  }

  private static void writeAt(
      FileChannel channel, long from, ByteBuffer[] bytes, int first, int last) throws IOException {
    if (last - first == 1) {
      writeOne(channel, from, bytes[first]);
    } else {
      // A gathering write has no position of its own; the kernel locks the file for it anyway.
      channel.position(from);
      writeAll(channel, bytes, first, last);
    }
  }

  private static void writeOne(FileChannel channel, long from, ByteBuffer b) throws IOException {
    long at = from;
    while (b.hasRemaining()) {
      at += channel.write(b, at);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer[] bytes, int first, int last)
      throws IOException {
    while (bytes[last - 1].hasRemaining()) {
      channel.write(bytes, first, last - first);
    }
  }

  /** The first file whose bytes include this one. */
  int indexAt(long offsetBytes) {
    int low = 0;
    int high = files.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (files.get(middle).endBytes() > offsetBytes) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Closes the files; they are opened again when needed. */
  @Override
  public void close() throws IOException {
    open.close(files);
    if (parts != null) {
      open.close(List.of(parts.file()));
    }
  }
}
