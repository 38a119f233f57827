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
 * {@link PartsFile}.
 */
public final class DataFiles implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DataFiles.class.getName());
  private static final DataFile.Memory NONE = DataFile.Memory.NONE;

  /** With less room than this, a write that failed did so for want of room. */
  private static final long FULL_BYTES = 1 << 20;

  private final OpenFiles open;
  private final PieceLayout layout;
  private final List<DataFile> files;
  private final List<Optional<Link>> links; // by the index of the file that each is
  private final BitSet executable; // indexes of files
  private final Path place;
  private final boolean preallocate;
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
    layout = metainfo.layout();
    place = data.toAbsolutePath().normalize();
    preallocate = options != null && options.preallocate();
    files = files(metainfo, options != null && options.partNames());
    links = links(metainfo.files());
    executable = executable(metainfo.files());
    parts = options == null ? null : new PartsFile(metainfo, options.stateFolder(), files, open);
  }

  private static BitSet executable(List<TorrentFile> described) {
    BitSet executable = new BitSet();
    for (int i = 0; i < described.size(); i++) {
      executable.set(i, described.get(i).executable());
    }
    return executable;
  }

  private List<Optional<Link>> links(List<TorrentFile> described) {
    Map<List<String>, List<String>> targets = new HashMap<>();
    described.forEach(
        file -> file.linkTarget().ifPresent(target -> targets.put(file.path(), target)));
    List<Optional<Link>> list = new ArrayList<>();
    for (int i = 0; i < described.size(); i++) {
      DataFile file = files.get(i);
      boolean circular = Link.goesInCircles(described.get(i).path(), targets);
      list.add(
          described.get(i).linkTarget().map(target -> new Link(place, file, target, circular)));
    }
    return List.copyOf(list);
  }

  private List<DataFile> files(Metainfo metainfo, boolean partNames) {
    boolean below = metainfo.multiFile();
    Folders folders = new Folders(below ? place : place.resolveSibling(".").normalize());
    List<Path> paths = metainfo.files().stream().map(file -> path(file, below)).toList();
    List<Path> until = PartNames.of(paths);
    List<DataFile> list = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      TorrentFile file = metainfo.files().get(i);
      list.add(
          new DataFile(
              folders,
              paths.get(i),
              until.get(i),
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

  /** The symbolic link that the {@code i}-th file is, if it is one. */
  Optional<Link> link(int i) {
    return links.get(i);
  }

  /** Where the bytes of the {@code i}-th file are: in itself or in the parts file. */
  DataFile home(int i) {
    return parts != null && parts.holds(i) ? parts.file() : files.get(i);
  }

  // ---- Whose files they are ----

  /** Finds out which files are there, and which of them are ours as the state remembers. */
  void recognize(Optional<ResumeState> saved) {
    for (int i = 0; i < files.size(); i++) {
      if (isOnDisk(i)) {
        files.get(i).recognize(saved.isEmpty() ? NONE : saved.get().files().get(i));
      }
    }
    if (parts != null) {
      parts.recognize(saved.map(ResumeState::parts).orElse(NONE));
    }
  }

  /**
   * A file that was ours and looks like another one, as after a copy to another disk, is still ours
   * if it has all that was verified in it.
   */
  void recognizeCopies(ResumeState saved, Bitfield good) {
    for (int i = 0; i < files.size(); i++) {
      DataFile file = files.get(i);
      if (file.owner() == DataFile.Owner.FOUND
          && saved.files().get(i).ours()
          && file.hasItsLength()
          && hasAll(file, saved.verified(), good)) {
        file.keep();
      }
    }
  }

  /** At least one piece, and none that is not good any more. */
  private boolean hasAll(DataFile file, Bitfield before, Bitfield good) {
    int last = file.hasBytes() ? layout.pieceAt(file.endBytes() - 1) : -1;
    int p = file.hasBytes() ? before.nextSet(layout.pieceAt(file.offsetBytes())) : -1;
    boolean any = p >= 0 && p <= last;
    while (p >= 0 && p <= last) {
      if (!good.get(p)) {
        return false;
      }
      p = before.nextSet(p + 1);
    }
    return any;
  }

  private boolean isOnDisk(int i) {
    return !files.get(i).padding() && links.get(i).isEmpty();
  }

  /** Whether every file is ours, or there is none. */
  boolean mayAllBeWritten() {
    return files.stream()
        .allMatch(
            file ->
                file.obstacle() == null
                    && (file.isOurs() || file.owner() == DataFile.Owner.NOBODY));
  }

  /** What to remember of each file, in the torrent's order. */
  List<DataFile.Memory> memories() {
    return files.stream().map(DataFile::memory).toList();
  }

  DataFile.Memory partsMemory() {
    return parts == null ? NONE : parts.file().memory();
  }

  /** Whatever files are there may be written, and cut to their length. */
  public void adopt() {
    for (int i = 0; i < files.size(); i++) {
      if (isOnDisk(i)) {
        files.get(i).adopt();
      }
    }
    if (parts != null) {
      parts.file().adopt();
    }
  }

  /**
   * Files of the user's that cannot have the torrent's data by their length alone are foreign.
   *
   * @throws InTheWay if one of the selected files is, naming the first
   */
  public void requireLengths(BitSet selected) throws InTheWay {
    for (int i = 0; i < files.size(); i++) {
      DataFile file = files.get(i);
      if (file.owner() == DataFile.Owner.FOUND && !file.hasItsLength()) {
        file.foreign();
      }
    }
    requireNoObstacle(selected);
  }

  /**
   * Files of the user's that do not have the torrent's data are foreign. A piece that cannot be
   * good, since other files of it are missing, says nothing.
   *
   * @param checked the pieces that were read
   * @param good those of them that match
   * @throws InTheWay if one of the selected files is, naming the first
   */
  public void requireData(BitSet selected, Bitfield checked, Bitfield good) throws InTheWay {
    for (int p = checked.nextSet(0); p >= 0; p = checked.nextSet(p + 1)) {
      if (!good.get(p)) {
        List<DataFile> in = filesOf(p);
        if (in.stream().allMatch(file -> file.owner() == DataFile.Owner.FOUND)) {
          in.forEach(DataFile::foreign);
        }
      }
    }
    requireNoObstacle(selected);
  }

  /** Those that hold bytes of a piece. */
  private List<DataFile> filesOf(int piece) {
    List<DataFile> found = new ArrayList<>();
    long end = layout.offsetBytes(piece) + layout.lengthBytes(piece);
    for (int i = indexAt(layout.offsetBytes(piece)); i < files.size(); i++) {
      DataFile file = files.get(i);
      if (file.offsetBytes() >= end) {
        break;
      }
      if (file.hasBytes()) {
        found.add(home(i));
      }
    }
    return found;
  }

  private void requireNoObstacle(BitSet selected) throws InTheWay {
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      InTheWay obstacle = files.get(i).obstacle();
      if (obstacle != null) {
        throw obstacle;
      }
    }
  }

  /** What is wrong with the first file where something of another kind is. */
  public Optional<String> firstThatIsNoFile() {
    return files.stream()
        .filter(file -> file.left().equals(Stamp.NO_FILE))
        .findFirst()
        .map(DataFile::obstacle)
        .map(IOException::getMessage);
  }

  /** Where the {@code i}-th file is. */
  public Path path(int i) {
    return files.get(i).path();
  }

  // ---- What shall exist ----

  /**
   * Says which files shall exist: they will be ours, if there are none yet. Remember that before
   * they are made by {@link #prepare}: then they are known again if we are killed in between.
   *
   * @param selected indexes of files
   * @throws InTheWay if something is where one belongs
   */
  public void claim(BitSet selected) throws InTheWay {
    requireNoObstacle(selected);
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      files.get(i).claim();
    }
    if (parts != null) {
      parts.file().claim();
    }
  }

  /** Whether {@link #prepare} would make any file. */
  public boolean lacksFiles(BitSet selected) {
    return selected.stream()
        .anyMatch(i -> isOnDisk(i) && files.get(i).owner() == DataFile.Owner.NOBODY);
  }

  /**
   * Makes the selected files, empty, their folders and symbolic links; fills them with zeros if
   * they are to be preallocated. Those whose bytes are in the parts file get them; those that are
   * not selected and do not exist will not be made. The torrent does without a link that cannot be
   * made.
   *
   * @param selected indexes of files
   * @param verified the pieces whose bytes are worth moving
   * @param wanted the pieces that will be written
   */
  public void prepare(BitSet selected, Bitfield verified, Bitfield wanted) throws IOException {
    if (parts != null) {
      moving.writeLock().lock();
      try {
        parts.select(selected, verified, wanted);
      } finally {
        moving.writeLock().unlock();
      }
    }
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      DataFile file = files.get(i);
      if (links.get(i).isPresent()) {
        makeLink(links.get(i).get());
      } else if (!file.padding()) {
        prepare(file);
      }
    }
  }

  private void prepare(DataFile file) throws IOException {
    if (file.owner() == DataFile.Owner.NOBODY) {
      file.create();
    }
    file.takeItsName();
    file.cut();
    if (preallocate && file.hasBytes() && file.isOurs()) {
      file.preallocate();
    }
  }

  /**
   * Compares the room on the disk with what is still to be written.
   *
   * @throws NoRoom if there is less
   */
  public void requireRoom(BitSet selected, Bitfield verified) throws IOException {
    long needed = 0;
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      DataFile file = files.get(i);
      if (file.hasBytes() && file.owner() != DataFile.Owner.FOUND) {
        needed += file.roomBytes(missingBytes(file, verified));
      }
    }
    long free = needed == 0 ? Long.MAX_VALUE : freeBytes();
    if (free < needed) {
      throw new NoRoom(place, needed, free);
    }
  }

  private long missingBytes(DataFile file, Bitfield verified) {
    long missing = 0;
    int last = layout.pieceAt(file.endBytes() - 1);
    int p = verified.nextClear(layout.pieceAt(file.offsetBytes()));
    while (p >= 0 && p <= last) {
      long begin = layout.offsetBytes(p);
      long end = Math.min(file.endBytes(), begin + layout.lengthBytes(p));
      missing += end - Math.max(begin, file.offsetBytes());
      p = verified.nextClear(p + 1);
    }
    return missing;
  }

  /** What we may still write to the disk that has the data, or will. */
  public long freeBytes() throws IOException {
    Path there = place;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.getFileStore(there).getUsableSpace();
  }

  /** Whether a write fails there. */
  public Optional<IOException> fullDisk(long neededBytes) {
    try {
      long free = freeBytes();
      return free < FULL_BYTES
          ? Optional.of(new NoRoom(place, Math.max(neededBytes, free), free))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void makeLink(Link link) {
    try {
      link.make();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} is left out: {1}", link.file().path(), e.getMessage());
    }
  }

  /** Gives the files of a piece their final names, those of which all pieces are verified. */
  public void finish(int piece, Bitfield verified) throws IOException {
    for (DataFile file : filesOf(piece)) {
      if (isVerified(file, verified)) {
        file.finish();
      }
    }
  }

  /**
   * Gives all selected files their final names, and lets those run that are programs; all their
   * pieces are verified.
   */
  public void finish(BitSet selected) throws IOException {
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      DataFile file = files.get(i);
      file.finish();
      if (executable.get(i) && file.isOurs()) {
        Permissions.makeExecutable(file.path());
      }
    }
  }

  private boolean isVerified(DataFile file, Bitfield verified) {
    int missing = verified.nextClear(layout.pieceAt(file.offsetBytes()));
    return missing < 0 || missing > layout.pieceAt(file.endBytes() - 1);
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
      open.close(List.of(parts.file()));
    }
  }
}
