package dev.skep.agent.session;

import dev.skep.agent.storage.DataCheck;
import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.FileWatch;
import dev.skep.agent.storage.ResumeFile;
import dev.skep.agent.storage.StorageOptions;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;

/**
 * What one transfer has on disk: its files, which pieces of them are verified, and what of that is
 * remembered from one run to the next. Safe for many threads.
 */
final class LocalData {
  private static final Logger LOG = System.getLogger(LocalData.class.getName());

  /** Beside a download, unless the session has a folder for states. */
  private static final String STATE_FOLDER = ".skep";

  private static final long SAVE_NANOS = 30_000_000_000L;

  private final Session session;
  private final Metainfo metainfo;
  private final Ledger ledger;
  private final DataFiles files;
  private final ResumeFile resume;
  private final boolean keepsState;
  private final boolean partNames;
  private final FileWatch watch;

  // Guarded by this object's monitor, which is never held across I/O.
  private Bitfield verified;
  private long earlierDownBytes;
  private long earlierUpBytes;
  private boolean dirty;
  private long lastSave = System.nanoTime();

  LocalData(Session session, Metainfo metainfo, Path data, TransferOptions options, Ledger ledger) {
    this.session = session;
    this.metainfo = metainfo;
    this.ledger = ledger;
    Path beside = data.toAbsolutePath().normalize().resolveSibling(STATE_FOLDER);
    Path folder = session.settings().stateFolder().orElse(beside);
    files =
        new DataFiles(
            metainfo,
            data,
            session.openFiles(),
            new StorageOptions(folder, options.preallocate(), options.partNames()));
    resume = new ResumeFile(metainfo, files, folder);
    watch = new FileWatch(files, metainfo.layout());
    // Where we only read, we leave nothing behind that nobody asked for.
    keepsState =
        session.settings().stateFolder().isPresent()
            || !options.seedOnly()
            || Files.isDirectory(beside);
    partNames = options.partNames();
    verified = new Bitfield(metainfo.layout().pieceCount());
  }

  /**
   * Refuses data that lies where states are kept: whoever made such a torrent could tell us
   * anything about others.
   */
  void requireOwnPlace() throws IOException {
    if (files.place().getFileName().toString().equalsIgnoreCase(STATE_FOLDER)) {
      throw new IOException(
          files.place() + " is where skep keeps its own state; move the data, or do without it");
    }
  }

  DataFiles files() {
    return files;
  }

  /** A copy. */
  synchronized Bitfield verified() {
    return verified.copy();
  }

  synchronized boolean has(Wanted wanted) {
    return wanted.isIn(verified);
  }

  synchronized boolean isWhole() {
    return verified.isFull();
  }

  /** How it is not {@link #isWhole}, for people. */
  synchronized String shortfall() {
    int all = verified.size();
    int missing = all - verified.cardinality();
    return "%s is not the torrent's data: %d of %d pieces are missing or wrong"
        .formatted(files.place(), missing, all);
  }

  synchronized long verifiedBytes(Wanted wanted) {
    return wanted.verifiedBytes(metainfo, verified);
  }

  /** What the torrent has beyond the verified pieces. */
  synchronized long missingBytes() {
    long missing = 0;
    for (int p = verified.nextClear(0); p >= 0; p = verified.nextClear(p + 1)) {
      missing += Wanted.dataBytes(metainfo, p);
    }
    return missing;
  }

  /** Finds out which pieces are there, reading as little as can be trusted unread. */
  void check(Wanted wanted, LongConsumer checkedBytes) throws InterruptedException {
    ResumeFile.Trust trust = resume.load(wanted.pieces());
    Bitfield good = trust.trusted();
    add(good, hashed(trust.doubtful(), checkedBytes));
    synchronized (this) {
      verified = good;
      earlierDownBytes = trust.downloadedBytes();
      earlierUpBytes = trust.uploadedBytes();
      dirty = true;
    }
  }

  /** One check at a time in all transfers: each uses all processors. */
  private Bitfield hashed(Bitfield doubtful, LongConsumer checkedBytes)
      throws InterruptedException {
    if (doubtful.isEmpty()) {
      return doubtful;
    }
    Semaphore checks = session.checks();
    checks.acquire();
    try {
      int threads = session.settings().workers();
      return DataCheck.pieces(metainfo, files, doubtful, threads, checkedBytes);
    } finally {
      checks.release();
    }
  }

  private static void add(Bitfield to, Bitfield more) {
    for (int p = more.nextSet(0); p >= 0; p = more.nextSet(p + 1)) {
      to.set(p);
    }
  }

  /** Makes what must exist before the first piece comes. */
  void prepare(Wanted wanted) throws IOException {
    Bitfield now = verified();
    files.select(wanted.files(), now);
    files.prepare(wanted.files());
    for (int p = partNames ? now.nextSet(0) : -1; p >= 0; p = now.nextSet(p + 1)) {
      files.finish(p, now);
    }
  }

  /** One more piece is verified and in its files. */
  void pieceDone(int piece) {
    synchronized (this) {
      verified.set(piece);
      dirty = true;
    }
    if (!partNames) {
      return;
    }
    try {
      files.finish(piece, verified());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a file of {0} keeps its name: {1}", metainfo.name(), e.toString());
    }
  }

  /**
   * Looks whether somebody changed the files.
   *
   * @param quiet whether nothing is being written
   */
  FileWatch.Found look(boolean quiet) {
    return watch.look(verified(), quiet);
  }

  /**
   * Reads what {@link #look} found changed.
   *
   * @return pieces that were verified and are there no more
   */
  Bitfield lost(FileWatch.Found found) throws IOException, InterruptedException {
    files.close(); // what is open may be a file that nobody else can see any more
    Bitfield lost = found.gone();
    Bitfield doubtful = found.doubtful();
    Bitfield good = hashed(doubtful, _ -> {});
    for (int p = doubtful.nextSet(0); p >= 0; p = doubtful.nextSet(p + 1)) {
      if (!good.get(p)) {
        lost.set(p);
      }
    }
    synchronized (this) {
      for (int p = lost.nextSet(0); p >= 0; p = lost.nextSet(p + 1)) {
        verified.clear(p);
      }
      dirty = true;
    }
    return lost;
  }

  // ---- What is remembered ----

  /** Saves in the background if the last time was a while ago. */
  void saveIfDue() {
    if (isSaveDue()) {
      saveSoon();
    }
  }

  private synchronized boolean isSaveDue() {
    return dirty && System.nanoTime() - lastSave > SAVE_NANOS;
  }

  void saveSoon() {
    session.workers().submit(this::save);
  }

  /** Remembers what is verified, and the payload moved in this run besides that of earlier ones. */
  void save() {
    Ledger.Totals moved = ledger.totals();
    Bitfield bits;
    long down;
    long up;
    synchronized (this) {
      bits = verified.copy();
      down = earlierDownBytes + moved.down();
      up = earlierUpBytes + moved.up();
      dirty = false;
      lastSave = System.nanoTime();
    }
    if (!keepsState) {
      return;
    }
    try {
      resume.save(bits, up, down);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cannot save {0}: {1}", resume.path(), e.toString());
    }
  }

  void close() {
    try {
      files.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a file of {0} failed to close: {1}", metainfo.name(), e.toString());
    }
  }
}
