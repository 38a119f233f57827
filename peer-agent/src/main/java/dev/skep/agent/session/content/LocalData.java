package dev.skep.agent.session.content;

import dev.skep.agent.storage.DataCheck;
import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DataLock;
import dev.skep.agent.storage.FileWatch;
import dev.skep.agent.storage.FilesOnDisk;
import dev.skep.agent.storage.InTheWay;
import dev.skep.agent.storage.ResumeFile;
import dev.skep.agent.storage.StorageOptions;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What one transfer has on disk: its files, which pieces of them are verified, and what of that is
 * remembered from one run to the next. Safe for many threads.
 */
public final class LocalData {
  private static final Logger LOG = System.getLogger(LocalData.class.getName());

  private static final long SAVE_NANOS = 30_000_000_000L;

  private final SharedDisk disk;
  private final Metainfo metainfo;
  private final LongSupplier downBytes;
  private final LongSupplier upBytes;
  private final DataFiles files;
  private final FilesOnDisk onDisk;
  private final ResumeFile resume;
  private final DataLock lock;
  private final boolean sharesStates; // with other processes
  private final boolean keepsState;
  private final DataRules rules;
  private final FileWatch watch;
  private final Consumer<String> told;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  /**
   * Held from when a changed file is taken for what it is now until what was verified in it is
   * doubted: who saves in between would remember that it looked so when that was verified.
   */
  private final ReentrantLock looking = new ReentrantLock();

  // Guarded by this object's monitor, which is never held across I/O.
  private Bitfield verified;

  private int changeCount; // of that

  /** Verified, but to be read once more before it is sure that all is done. */
  private final Bitfield unsure;

  /** Not verified when their file was changed: what was written of them may be spoilt. */
  private final Bitfield shaken;

  private long earlierDownBytes;
  private long earlierUpBytes;
  private boolean dirty;
  private long lastSave = System.nanoTime();

  /**
   * Touches nothing yet.
   *
   * @param data the file or folder that it is in, or will be
   * @param downBytes payload received in this run
   * @param upBytes payload sent in this run
   * @param told hears what a person should know
   */
  LocalData(
      SharedDisk disk,
      Metainfo metainfo,
      Path data,
      DataRules rules,
      LongSupplier downBytes,
      LongSupplier upBytes,
      Consumer<String> told) {
    this.disk = disk;
    this.told = told;
    this.metainfo = metainfo;
    this.downBytes = downBytes;
    this.upBytes = upBytes;
    Path beside = StorageOptions.stateFolderBeside(data);
    Path folder = disk.stateFolder().orElse(beside);
    files =
        new DataFiles(
            metainfo, data, disk.openFiles(), new StorageOptions(folder, rules.partNames()));
    onDisk = new FilesOnDisk(metainfo, files, rules.preallocate());
    resume = new ResumeFile(metainfo, onDisk, folder, told);
    lock = new DataLock(metainfo.infoHash(), data);
    sharesStates = folder.equals(beside);
    watch = new FileWatch(files, metainfo.layout());
    // Where we only read, we leave nothing behind that nobody asked for.
    keepsState = disk.stateFolder().isPresent() || !rules.readOnly() || Files.isDirectory(beside);
    this.rules = rules;
    int pieces = metainfo.layout().pieceCount();
    verified = new Bitfield(pieces);
    unsure = new Bitfield(pieces);
    shaken = new Bitfield(pieces);
  }

  /**
   * Refuses data that lies where states are kept: whoever made such a torrent could tell us
   * anything about others.
   */
  void requireOwnPlace() throws IOException {
    if (files.place().getFileName().toString().equalsIgnoreCase(StorageOptions.STATE_FOLDER)) {
      throw new IOException(
          files.place() + " is where skep keeps its own state; move the data, or do without it");
    }
  }

  public DataFiles files() {
    return files;
  }

  /** A copy. */
  public synchronized Bitfield verified() {
    return verified.copy();
  }

  public synchronized boolean has(Wanted wanted) {
    return wanted.isIn(verified);
  }

  public synchronized boolean has(int piece) {
    return verified.get(piece);
  }

  /** Goes up whenever {@link #verified} is another. */
  public synchronized int changes() {
    return changeCount;
  }

  public synchronized boolean isWhole() {
    return verified.isFull();
  }

  /**
   * Looks into what others changed before it goes live, when nobody has to be told.
   *
   * @return whether anything was
   */
  boolean refresh() throws IOException, InterruptedException {
    Changes changes = look();
    if (changes.areNone()) {
      return false;
    }
    lost(changes);
    return true;
  }

  public Optional<IOException> fullDisk() {
    return onDisk.fullDisk(missingBytes());
  }

  /** How it is not {@link #isWhole}, for people. */
  public String shortfall() {
    Optional<String> obstacle = onDisk.firstThatIsNoFile();
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Bitfield now = verified();
    return "%s is not the torrent's data: %d of %d pieces are missing or wrong%s"
        .formatted(
            files.place(),
            now.size() - now.cardinality(),
            now.size(),
            lock.holder().map(who -> "; " + who + " is downloading it just now").orElse(""));
  }

  public synchronized long verifiedBytes(Wanted wanted) {
    return wanted.verifiedBytes(metainfo, verified);
  }

  /** The bytes of all pieces that are not verified, padding left out. */
  public synchronized long missingBytes() {
    long missing = 0;
    for (int p = verified.nextClear(0); p >= 0; p = verified.nextClear(p + 1)) {
      missing += Wanted.dataBytes(metainfo, p);
    }
    return missing;
  }

  /**
   * Finds out which pieces are there, reading as little as can be trusted unread.
   *
   * @throws InTheWay if a file of the user's is where one is to be downloaded to
   * @throws DataLock.InUse if another process is downloading it
   */
  public void check(Wanted wanted, LongConsumer checkedBytes)
      throws IOException, InterruptedException {
    requireNobodyElse();
    try {
      examine(wanted, checkedBytes);
    } catch (InTheWay e) {
      requireNobodyElse(); // or it is the file of one who has begun meanwhile
      throw e;
    }
  }

  private void requireNobodyElse() throws IOException {
    if (!rules.readOnly()) {
      lock.requireFree();
    }
  }

  private void examine(Wanted wanted, LongConsumer checkedBytes)
      throws IOException, InterruptedException {
    ResumeFile.Trust trust = resume.load(wanted.pieces(), rules.recheck(), rules.seen());
    if (rules.overwrite()) {
      onDisk.adopt(wanted.files());
    }
    if (!rules.readOnly()) {
      onDisk.requireLengths(wanted.files());
    }
    Bitfield good = trust.trusted();
    add(good, hashed(trust.doubtful(), checkedBytes));
    resume.recognizeCopies(good);
    if (!rules.readOnly()) {
      onDisk.requireData(wanted.files(), trust.doubtful(), good);
    }
    synchronized (this) {
      verified = good;
      changeCount++;
      earlierDownBytes = trust.downloadedBytes();
      earlierUpBytes = trust.uploadedBytes();
      dirty = true;
    }
  }

  /** One check at a time in all transfers: each uses all processors. */
  private Bitfield hashed(Bitfield doubtful, LongConsumer checkedBytes)
      throws IOException, InterruptedException {
    if (doubtful.isEmpty()) {
      return doubtful;
    }
    disk.checks().acquire();
    try {
      Bitfield good =
          DataCheck.pieces(metainfo, files, doubtful, disk.checkThreads(), checkedBytes);
      disk.workers().figures().checked(bytes(doubtful));
      return good;
    } finally {
      disk.checks().release();
    }
  }

  private long bytes(Bitfield pieces) {
    long bytes = 0;
    for (int p = pieces.nextSet(0); p >= 0; p = pieces.nextSet(p + 1)) {
      bytes += metainfo.layout().lengthBytes(p);
    }
    return bytes;
  }

  private static void add(Bitfield to, Bitfield more) {
    for (int p = more.nextSet(0); p >= 0; p = more.nextSet(p + 1)) {
      to.set(p);
    }
  }

  /**
   * Makes what must exist before the first piece comes. From now on nobody else downloads it here,
   * unless nothing is missing.
   *
   * @throws IOException also if there is no room for what is missing
   * @throws DataLock.InUse if another process is downloading it
   */
  public void prepare(Wanted wanted) throws IOException {
    Bitfield now = verified();
    boolean complete = wanted.isIn(now);
    if (!complete || onDisk.lacksFiles(wanted.files())) {
      lock.take();
    }
    onDisk.claim(wanted.files());
    onDisk.requireRoom(wanted.files(), now);
    if (onDisk.lacksFiles(wanted.files())) {
      saveNow(); // that these files will be ours
    }
    onDisk.prepare(wanted.files(), now, wanted.pieces()).forEach(this::tellOnce);
    for (int p = rules.partNames() ? now.nextSet(0) : -1; p >= 0; p = now.nextSet(p + 1)) {
      onDisk.finish(p, now);
    }
    saveNow(); // before the first byte is written to them
    if (complete) {
      lock.release();
    }
  }

  /** Files are prepared again after each failure of the disk. */
  private void tellOnce(String what) {
    if (said.add(what)) {
      told.accept(what);
    }
  }

  /**
   * All that is wanted is verified: what no piece ever wrote is made if it is gone, and every file
   * gets its name.
   */
  public void finish(Wanted wanted) throws IOException {
    onDisk.claim(wanted.files());
    if (onDisk.lacksFiles(wanted.files())) {
      prepare(wanted);
    }
    onDisk.finish(wanted.files());
    lock.release();
  }

  /** One more piece is verified and in its files. */
  public void pieceDone(int piece) {
    synchronized (this) {
      verified.set(piece);
      changeCount++;
      if (shaken.clear(piece)) {
        unsure.set(piece);
      }
      dirty = true;
    }
    if (!rules.partNames()) {
      return;
    }
    try {
      onDisk.finish(piece, verified());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a file of {0} keeps its name: {1}", metainfo.name(), e.getMessage());
    }
  }

  /**
   * What others did to the files.
   *
   * @param doubtful verified pieces that are to be read
   */
  record Changes(FileWatch.Found found, Bitfield doubtful) {
    boolean areNone() {
      return found.isNothing() && doubtful.isEmpty();
    }
  }

  /**
   * Looks whether somebody changed the files, and which pieces must be read because of that.
   *
   * @throws IOException if the system cannot tell
   */
  Changes look() throws IOException {
    looking.lock();
    try {
      FileWatch.Found found = watch.look();
      return new Changes(found, doubt(found));
    } catch (IOException e) {
      doubt(watch.untold());
      throw e;
    } finally {
      looking.unlock();
    }
  }

  /** Returns the verified pieces that must be read. */
  private Bitfield doubt(FileWatch.Found found) {
    Bitfield doubtful = new Bitfield(verified.size());
    if (!found.isNothing()) {
      add(doubtful, watch.pieces(found.written()));
      add(doubtful, watch.pieces(found.replaced()));
      add(doubtful, watch.pieces(found.gone()));
    }
    synchronized (this) {
      for (int p = doubtful.nextSet(0); p >= 0; p = doubtful.nextSet(p + 1)) {
        (verified.get(p) ? unsure : shaken).set(p);
      }
      return unsure.copy();
    }
  }

  /**
   * Reads what {@link #look} found changed.
   *
   * @return pieces that were verified and are there no more
   */
  Bitfield lost(Changes changes) throws IOException, InterruptedException {
    files.close(); // what is open may be a file that nobody else can see any more
    Bitfield lost = changes.doubtful().copy();
    Bitfield good = hashed(lost, _ -> {});
    remove(lost, good);
    if (!rules.readOnly()) {
      lock.take();
    }
    FileWatch.Settled settled = watch.settle(changes.found(), good, lost, rules.readOnly());
    settled.told().forEach(told);
    Bitfield emptied = watch.pieces(settled.emptied());
    synchronized (this) {
      for (int p = emptied.nextSet(0); p >= 0; p = emptied.nextSet(p + 1)) {
        if (verified.get(p)) {
          lost.set(p);
        }
      }
      remove(verified, lost);
      changeCount++;
      remove(unsure, changes.doubtful());
      dirty = true;
    }
    tell(changes.found(), lost.cardinality());
    return lost;
  }

  private void tell(FileWatch.Found found, int lost) {
    BitSet changed = new BitSet();
    changed.or(found.gone());
    changed.or(found.written());
    changed.or(found.replaced());
    if (lost == 0 || changed.isEmpty()) {
      return;
    }
    String more = changed.cardinality() == 1 ? "" : " and " + (changed.cardinality() - 1) + " more";
    told.accept(
        "somebody else changed or deleted %s%s: %s"
            .formatted(
                files.path(changed.nextSetBit(0)),
                more,
                rules.readOnly()
                    ? lost + " pieces are not the torrent's any more and are not given to anybody"
                    : lost + " pieces are fetched again"));
  }

  private static void remove(Bitfield from, Bitfield some) {
    for (int p = some.nextSet(0); p >= 0; p = some.nextSet(p + 1)) {
      from.clear(p);
    }
  }

  // ---- What is remembered ----

  /** Saves in the background if the last time was a while ago. */
  public void saveIfDue() {
    if (isSaveDue()) {
      saveSoon();
    }
  }

  private synchronized boolean isSaveDue() {
    return dirty && System.nanoTime() - lastSave > SAVE_NANOS;
  }

  public void saveSoon() {
    disk.workers().submit(this::save);
  }

  /** Remembers what is verified, and the payload moved in this run besides that of earlier ones. */
  public void save() {
    try {
      saveNow();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cannot save {0}: {1}", resume.path(), e.toString());
    }
  }

  private void saveNow() throws IOException {
    if (!keepsState) {
      synchronized (this) {
        dirty = false;
      }
      return;
    }
    ResumeFile.Snapshot now = snapshot();
    if (!sharesStates) {
      resume.save(now);
    } else if (!lock.with(() -> resume.save(now))) {
      LOG.log(Level.DEBUG, "another process keeps {0}", resume.path());
    }
  }

  private ResumeFile.Snapshot snapshot() {
    looking.lock();
    try {
      return snapshotNow();
    } finally {
      looking.unlock();
    }
  }

  private ResumeFile.Snapshot snapshotNow() {
    Bitfield bits;
    long down;
    long up;
    synchronized (this) {
      bits = verified.copy();
      for (int p = unsure.nextSet(0); p >= 0; p = unsure.nextSet(p + 1)) {
        bits.clear(p);
      }
      down = earlierDownBytes + downBytes.getAsLong();
      up = earlierUpBytes + upBytes.getAsLong();
      dirty = false;
      lastSave = System.nanoTime();
    }
    return resume.snapshot(bits, up, down);
  }

  /** Holds nothing any more: no file, and not the right to download here. */
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a file of {0} failed to close: {1}", metainfo.name(), e.toString());
    } finally {
      lock.release();
    }
  }
}
