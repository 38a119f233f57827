package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which of a torrent's files are on disk, whose they are, and which shall be: before their first
 * byte is written, and after their last. The bytes themselves are moved by {@link DataFiles}.
 */
public final class FilesOnDisk {
  private static final DataFile.Memory NONE = DataFile.Memory.NONE;

  /** With less room than this, a write that failed did so for want of room. */
  private static final long FULL_BYTES = 1 << 20;

  private final DataFiles data;
  private final PieceLayout layout;
  private final List<DataFile> files;
  private final BitSet executable; // indexes of files
  private final BitSet amongStates; // of those that lie where states of other torrents are kept
  private final Path place;
  private final boolean preallocate;
  private final @Nullable PartsFile parts;
  private final Copies copies;

  /**
   * Nothing is known yet of what is there.
   *
   * @param preallocate whether files are filled with zeros before the download begins; else they
   *     are sparse and grow as data comes
   */
  public FilesOnDisk(Metainfo metainfo, DataFiles data, boolean preallocate) {
    this.data = data;
    this.preallocate = preallocate;
    layout = metainfo.layout();
    copies = new Copies(data, layout);
    parts = data.parts();
    files = data.files();
    executable = indexes(metainfo.files(), TorrentFile::executable);
    amongStates = indexes(metainfo.files(), FilesOnDisk::isAmongStates);
    place = data.place();
  }

  DataFiles data() {
    return data;
  }

  private static BitSet indexes(List<TorrentFile> described, Predicate<TorrentFile> kind) {
    BitSet indexes = new BitSet();
    for (int i = 0; i < described.size(); i++) {
      indexes.set(i, kind.test(described.get(i)));
    }
    return indexes;
  }

  private static boolean isAmongStates(TorrentFile file) {
    return file.path().stream().anyMatch(StorageOptions.STATE_FOLDER::equalsIgnoreCase);
  }

  // ---- Whose files they are ----

  /** Finds out which files are there, and which of them are ours as the state remembers. */
  void recognize(Optional<ResumeState> saved) throws IOException {
    boolean any = data.haveFolder();
    for (int i = 0; i < files.size(); i++) {
      if (isOnDisk(i) && !any) {
        files.get(i).recognizeNothing();
      } else if (isOnDisk(i)) {
        files.get(i).recognize(saved.isEmpty() ? NONE : saved.get().files().get(i));
      }
    }
    findTwins();
    if (parts != null) {
      parts.recognize(saved.map(ResumeState::parts).orElse(NONE));
    }
  }

  /** Some file systems take large letters for small ones: then two files may be one. */
  private void findTwins() {
    Map<Long, DataFile> byInode = new HashMap<>();
    for (DataFile file : files) {
      Stamp left = file.isOurs() ? file.left() : Stamp.ABSENT;
      DataFile other = left.inode() == 0 ? null : byInode.putIfAbsent(left.inode(), file);
      if (other != null && areTwins(file, other)) {
        file.foreign();
      }
    }
  }

  /** Hard links of other names are none: somebody may save room by them. */
  private static boolean areTwins(DataFile one, DataFile other) {
    return one.left().isSameFileAs(other.left())
        && one.path().toString().equalsIgnoreCase(other.path().toString());
  }

  /**
   * A file that was ours and looks like another one, as after a copy to another disk, is still ours
   * if it has all that was verified in it; see {@link Copies}.
   */
  void recognizeCopies(ResumeState saved, Bitfield good) {
    for (int i = 0; i < files.size(); i++) {
      DataFile file = files.get(i);
      DataFile.Memory before = saved.files().get(i);
      if (file.owner() == DataFile.Owner.FOUND
          && before.ours()
          && file.hasItsLength()
          && hasAll(file, saved.verified(), good)
          && copies.isOfOurs(file, isAsOld(before.stamp(), file.left()), good)) {
        file.keep();
      }
    }
  }

  private static boolean isAsOld(Stamp before, Stamp now) {
    return before.isBornWith(now) || before.isAsOldAs(now);
  }

  /** Whether all is good that was verified before. */
  private boolean hasAll(DataFile file, Bitfield before, Bitfield good) {
    int last = file.hasBytes() ? layout.pieceAt(file.endBytes() - 1) : -1;
    int p = file.hasBytes() ? before.nextSet(layout.pieceAt(file.offsetBytes())) : -1;
    while (p >= 0 && p <= last) {
      if (!good.get(p)) {
        return false;
      }
      p = before.nextSet(p + 1);
    }
    return true;
  }

  private boolean isOnDisk(int i) {
    return !files.get(i).padding() && data.link(i).isEmpty();
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

  /**
   * Whatever selected files are there may be written, and cut to their length. Nobody allowed that
   * for the others.
   */
  public void adopt(BitSet selected) {
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      if (isOnDisk(i)) {
        files.get(i).adopt();
      }
    }
    findTwins();
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
    for (int i = data.indexAt(layout.offsetBytes(piece)); i < files.size(); i++) {
      DataFile file = files.get(i);
      if (file.offsetBytes() >= end) {
        break;
      }
      if (file.hasBytes()) {
        found.add(data.home(i));
      }
    }
    return found;
  }

  private void requireNoObstacle(BitSet selected) throws InTheWay {
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      DataFile file = files.get(i);
      if (amongStates.get(i) && file.owner() != DataFile.Owner.FOUND) {
        throw InTheWay.amongStates(file.path()); // it could tell us anything about other files
      }
      InTheWay obstacle = file.obstacle();
      if (obstacle != null) {
        throw twin(file).orElse(obstacle);
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
   * not selected and do not exist will not be made.
   *
   * @param selected indexes of files
   * @param verified the pieces whose bytes are worth moving
   * @param wanted the pieces that will be written
   * @return links that cannot be made, and why: the torrent does without them
   */
  public List<String> prepare(BitSet selected, Bitfield verified, Bitfield wanted)
      throws IOException {
    List<String> leftOut = new ArrayList<>();
    data.bringHome(selected, verified, wanted);
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      DataFile file = files.get(i);
      if (data.link(i).isPresent()) {
        makeLink(data.link(i).get()).ifPresent(leftOut::add);
      } else if (!file.padding()) {
        prepare(file);
      }
    }
    return leftOut;
  }

  private void prepare(DataFile file) throws IOException {
    if (file.owner() == DataFile.Owner.NOBODY) {
      create(file);
    }
    file.takeItsName();
    file.cut();
    if (preallocate && file.hasBytes() && file.isOurs()) {
      file.preallocate();
    }
  }

  private void create(DataFile file) throws IOException {
    try {
      file.create();
    } catch (InTheWay e) {
      Optional<InTheWay> twin = twin(file);
      if (twin.isPresent()) {
        file.foreign();
      }
      throw twin.orElse(e);
    }
  }

  /** It may be a file of ours under another name that is in the way. */
  private Optional<InTheWay> twin(DataFile file) {
    return files.stream()
        .filter(other -> other != file && other.isOurs() && areTwins(file, other))
        .findFirst()
        .map(other -> InTheWay.sameFile(file.path(), other.path()));
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

  /**
   * What we may still write to the disk that has the data, or will; without end where the file
   * system does not tell.
   */
  public long freeBytes() throws IOException {
    Path there = place;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    FileStore disk = Files.getFileStore(there);
    return disk.getTotalSpace() == 0 ? Long.MAX_VALUE : disk.getUsableSpace();
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

  /** Why it cannot be made, if so. */
  private static Optional<String> makeLink(SymbolicLink link) {
    try {
      link.make();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(link.file().path() + " is left out: " + e.getMessage());
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
}
