package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One torrent's bytes, laid over its files on disk. Padding reads as zeros and is never written.
 * Safe for use by many threads.
 *
 * <p>A piece on the boundary of a selected file also holds bytes of its neighbours. Where such a
 * neighbour is not selected and does not exist, it is not made: its bytes go to the <em>parts
 * file</em>, a sparse file beside the resume state in which every byte lies at its place in the
 * torrent. When the neighbour is selected later, they move to it.
 */
public final class DataFiles implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DataFiles.class.getName());
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(16 * 1024).asReadOnlyBuffer();

  private final OpenFiles open;
  private final PieceLayout layout;
  private final List<DataFile> files;
  private final List<Optional<Link>> links; // by the index of the file that each is
  private final Path place;
  private final boolean preallocate;
  private final @Nullable DataFile parts;

  /** Held for writing while bytes move from the parts file to a file. */
  private final ReadWriteLock moving = new ReentrantReadWriteLock();

  private volatile BitSet inParts = new BitSet(); // files with bytes there; replaced, not changed
  private final Bitfield writtenToParts; // pieces, guarded by itself

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
    layout = metainfo.layout();
    place = data.toAbsolutePath().normalize();
    preallocate = options != null && options.preallocate();
    List<DataFile> list = new ArrayList<>();
    for (TorrentFile file : metainfo.files()) {
      list.add(dataFile(file, metainfo.multiFile(), options != null && options.partNames()));
    }
    files = List.copyOf(list);
    links = links(metainfo.files());
    writtenToParts = new Bitfield(layout.pieceCount());
    parts = options == null ? null : partsFile(metainfo, options.stateFolder());
    if (parts != null && parts.exists()) {
      inParts = absentFiles();
    }
  }

  private List<Optional<Link>> links(List<TorrentFile> described) {
    List<Optional<Link>> list = new ArrayList<>();
    for (int i = 0; i < described.size(); i++) {
      DataFile file = files.get(i);
      list.add(described.get(i).linkTarget().map(target -> new Link(place, file, target)));
    }
    return List.copyOf(list);
  }

  private BitSet absentFiles() {
    BitSet absent = new BitSet();
    for (int i = 0; i < files.size(); i++) {
      absent.set(i, hasBytes(files.get(i)) && !files.get(i).exists());
    }
    return absent;
  }

  private static DataFile partsFile(Metainfo metainfo, Path folder) {
    Path path = folder.resolve(metainfo.infoHash().hex() + ".parts");
    return new DataFile(folder, path, false, 0, metainfo.layout().totalBytes(), false);
  }

  private static boolean hasBytes(DataFile file) {
    return file.lengthBytes() > 0 && !file.padding();
  }

  private DataFile dataFile(TorrentFile file, boolean below, boolean partName) {
    Path path = place;
    if (below) {
      for (String name : file.path()) {
        path = path.resolve(name);
      }
    }
    Path root = below ? place : place.resolveSibling(".").normalize();
    return new DataFile(
        root, path, partName, file.offsetBytes(), file.lengthBytes(), file.padding());
  }

  /** Where the data is: a file or a folder. */
  public Path place() {
    return place;
  }

  List<DataFile> files() {
    return files;
  }

  /** The symbolic link that the {@code i}-th file is, if it is one. */
  Optional<Link> link(int i) {
    return links.get(i);
  }

  /** Where the bytes of the {@code i}-th file are: in itself or in the parts file. */
  DataFile home(int i) {
    DataFile file = files.get(i);
    return parts != null && inParts.get(i) ? parts : file;
  }

  /**
   * Says which files shall exist. Those that are selected and whose bytes are in the parts file get
   * them; those that are not and do not exist will not be made.
   *
   * @param selected indexes of files
   * @param verified the pieces whose bytes are worth moving
   */
  public void select(BitSet selected, Bitfield verified) throws IOException {
    if (parts == null) {
      return;
    }
    moving.writeLock().lock();
    try {
      BitSet next = absentFiles();
      next.andNot(selected);
      for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
        if (inParts.get(i)) {
          bringHome(files.get(i), parts, verified);
        }
      }
      inParts = next;
      if (next.isEmpty()) {
        open.close(List.of(parts));
        Files.deleteIfExists(parts.path());
      }
    } finally {
      moving.writeLock().unlock();
    }
  }

  private void bringHome(DataFile file, DataFile from, Bitfield verified) throws IOException {
    if (!from.exists()) {
      return;
    }
    file.make(
        from.path().getFileName() + ".new", // no torrent knows its own hash
        channel -> {
          int last = layout.pieceAt(file.endBytes() - 1);
          for (int p = layout.pieceAt(file.offsetBytes()); p <= last; p++) {
            if (verified.get(p) || writtenToParts.get(p)) {
              long begin = Math.max(file.offsetBytes(), layout.offsetBytes(p));
              long end = Math.min(file.endBytes(), layout.offsetBytes(p) + layout.lengthBytes(p));
              copy(from, begin, end - begin, channel.position(begin - file.offsetBytes()));
            }
          }
        });
  }

  private void copy(DataFile from, long at, long count, FileChannel to) throws IOException {
    open.use(
        from,
        false,
        channel -> {
          long done = 0;
          while (done < count) {
            long n = channel.transferTo(at + done, count - done, to);
            if (n <= 0) {
              throw new EOFException(from.path() + " is shorter than it was made");
            }
            done += n;
          }
          return done;
        });
  }

  /**
   * Makes the folders, empty files and symbolic links that no piece would ever write, and fills
   * files with zeros if they are to be preallocated. The torrent does without a link that cannot be
   * made.
   *
   * @param selected indexes of files
   */
  public void prepare(BitSet selected) throws IOException {
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      DataFile file = files.get(i);
      if (links.get(i).isPresent()) {
        makeLink(links.get(i).get());
      } else if (file.lengthBytes() == 0 && !file.padding() && !file.exists()) {
        file.open(true).close();
      } else if (preallocate && hasBytes(file)) {
        file.preallocate();
      }
    }
  }

  private static void makeLink(Link link) {
    try {
      link.make();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} is left out: {1}", link.file().path(), e.toString());
    }
  }

  /** Gives the files of a piece their final names, those of which all pieces are verified. */
  public void finish(int piece, Bitfield verified) throws IOException {
    long end = layout.offsetBytes(piece) + layout.lengthBytes(piece);
    for (int i = indexAt(layout.offsetBytes(piece)); i < files.size(); i++) {
      DataFile file = files.get(i);
      if (file.offsetBytes() >= end) {
        return;
      }
      if (hasBytes(file) && home(i) == file && isVerified(file, verified)) {
        file.finish();
      }
    }
  }

  private boolean isVerified(DataFile file, Bitfield verified) {
    int missing = verified.nextClear(layout.pieceAt(file.offsetBytes()));
    return missing < 0 || missing > layout.pieceAt(file.endBytes() - 1);
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
          DataFile home = home(i);
          long from = at - home.offsetBytes();
          open.use(home, false, channel -> readFully(home, channel, from, into));
        }
        at += count;
      }
    }
    into.limit(end);
  }

  /**
   * Adds views of the torrent's bytes to {@code into}: parts of files as the page cache holds them,
   * to be sent and never written. What lies between two files, or behind the last, is zeros. No
   * file I/O happens before somebody looks at them.
   */
  public void view(long offsetBytes, int lengthBytes, List<ByteBuffer> into) throws IOException {
    long at = offsetBytes;
    long end = offsetBytes + lengthBytes;
    for (int i = indexAt(at); i < files.size() && at < end; i++) {
      DataFile file = files.get(i);
      at += zeros(Math.min(end, file.offsetBytes()) - at, into);
      long stop = Math.min(end, file.endBytes());
      if (file.padding()) {
        at += zeros(stop - at, into);
      }
      while (at < stop) {
        ByteBuffer view = open.view(home(i), at - home(i).offsetBytes(), (int) (stop - at));
        into.add(view);
        at += view.remaining();
      }
    }
    zeros(end - at, into);
  }

  /** Adds so many zeros, none if it is negative; returns how many. */
  private static long zeros(long count, List<ByteBuffer> into) {
    for (long left = count; left > 0; left -= ZEROS.capacity()) {
      into.add(ZEROS.slice(0, (int) Math.min(left, ZEROS.capacity())));
    }
    return Math.max(0, count);
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
        if (home == parts) {
          markInParts(at, count);
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

  private void markInParts(long at, long count) {
    synchronized (writtenToParts) {
      int last = layout.pieceAt(at + count - 1);
      for (int piece = layout.pieceAt(at); piece <= last; piece++) {
        writtenToParts.set(piece);
      }
    }
  }

  private void put(
      DataFile file, long from, boolean padding, ByteBuffer[] bytes, int first, int last)
      throws IOException {
    if (padding) {
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

  /** Closes the files; they are opened again when needed. */
  @Override
  public void close() throws IOException {
    open.close(files);
    if (parts != null) {
      open.close(List.of(parts));
    }
  }
}
