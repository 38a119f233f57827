package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One torrent's bytes, laid over its files on disk. Padding reads as zeros and is never written.
 * Safe for use by many threads.
 */
public final class DataFiles implements AutoCloseable {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(16 * 1024).asReadOnlyBuffer();

  private final OpenFiles open;
  private final List<DataFile> files;
  private final Path place;

  /**
   * @param data where the data is or will be: the file itself, or the folder that holds the files
   *     of a torrent that has several
   */
  public DataFiles(Metainfo metainfo, Path data, OpenFiles open) {
    this.open = open;
    place = data.toAbsolutePath().normalize();
    List<DataFile> list = new ArrayList<>();
    for (TorrentFile file : metainfo.files()) {
      list.add(dataFile(file, metainfo.multiFile()));
    }
    files = List.copyOf(list);
  }

  private DataFile dataFile(TorrentFile file, boolean below) {
    Path path = place;
    if (below) {
      for (String name : file.path()) {
        path = path.resolve(name);
      }
    }
    Path root = below ? place : place.resolveSibling(".").normalize();
    return new DataFile(root, path, file.offsetBytes(), file.lengthBytes(), file.padding());
  }

  /** Where the data is: a file or a folder. */
  public Path place() {
    return place;
  }

  List<DataFile> files() {
    return files;
  }

  /** Makes the folders and empty files that no piece would ever write. */
  public void makeEmptyFiles() throws IOException {
    for (DataFile file : files) {
      if (file.lengthBytes() == 0 && !file.padding() && !Files.exists(file.path())) {
        file.open(true).close();
      }
    }
  }

  /**
   * Fills {@code into} from the torrent's bytes.
   *
   * @throws EOFException if a file is shorter than the torrent says
   */
  public void read(long offsetBytes, ByteBuffer into) throws IOException {
    long at = offsetBytes;
    int end = into.limit();
    for (int i = indexAt(at); into.position() < end; i++) {
      DataFile file = files.get(i);
      int count = (int) Math.min(end - into.position(), file.endBytes() - at);
      if (count > 0) {
        into.limit(into.position() + count);
        if (file.padding()) {
          zero(into);
        } else {
          long from = at - file.offsetBytes();
          open.use(file, false, channel -> readFully(file, channel, from, into));
        }
        at += count;
      }
    }
    into.limit(end);
  }

  /**
   * Adds views of the torrent's bytes to {@code into}: parts of files as the page cache holds them,
   * to be sent and never written. No file I/O happens before somebody looks at them.
   */
  public void view(long offsetBytes, int lengthBytes, List<ByteBuffer> into) throws IOException {
    long at = offsetBytes;
    long end = offsetBytes + lengthBytes;
    int i = indexAt(at);
    while (at < end) {
      DataFile file = files.get(i);
      int count = (int) Math.min(end - at, file.endBytes() - at);
      if (count > 0) {
        ByteBuffer view =
            file.padding()
                ? ZEROS.slice(0, Math.min(count, ZEROS.capacity()))
                : open.view(file, at - file.offsetBytes(), count);
        into.add(view);
        at += view.remaining();
      }
      if (at == file.endBytes()) {
        i++;
      }
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

  private static void zero(ByteBuffer into) {
    while (into.hasRemaining()) {
      into.put((byte) 0);
    }
  }

  /**
   * Writes {@code bytes}, which lie one after another in the torrent from {@code offsetBytes} on.
   */
  public void write(long offsetBytes, ByteBuffer[] bytes) throws IOException {
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
        put(file, at - file.offsetBytes(), bytes, first, last);
        at += count;
      }
      if (cut >= 0) {
        last--;
        bytes[last].limit(cut);
      }
      first = last;
    }
  }

  private void put(DataFile file, long from, ByteBuffer[] bytes, int first, int last)
      throws IOException {
    if (file.padding()) {
      for (int i = first; i < last; i++) {
        bytes[i].position(bytes[i].limit());
      }
      return;
    }
    open.use(
        file,
        true,
        channel -> {
          if (last - first == 1) {
            return writeOne(channel, from, bytes[first]);
          }
          // A gathering write has no position of its own; the kernel locks the file for it anyway.
          synchronized (file) {
            channel.position(from);
            return writeAll(channel, bytes, first, last);
          }
        });
  }

  private static long writeOne(FileChannel channel, long from, ByteBuffer b) throws IOException {
    long total = 0;
    while (b.hasRemaining()) {
      total += channel.write(b, from + total);
    }
    return total;
  }

  private static long writeAll(FileChannel channel, ByteBuffer[] bytes, int first, int last)
      throws IOException {
    long total = 0;
    while (bytes[last - 1].hasRemaining()) {
      total += channel.write(bytes, first, last - first);
    }
    return total;
  }

  /** The first file whose bytes include this one. */
  private int indexAt(long offsetBytes) {
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

  /** Hands all that was written to the device. */
  public void force() throws IOException {
    for (DataFile file : files) {
      if (!file.padding() && file.lengthBytes() > 0 && Files.exists(file.path())) {
        open.use(
            file,
            false,
            channel -> {
              channel.force(true);
              return true;
            });
      }
    }
  }

  /** Closes the files; they are opened again when needed. */
  @Override
  public void close() throws IOException {
    open.close(files);
  }
}
