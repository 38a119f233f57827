package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceHasher;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Compares data on disk with all hashes of a torrent, v1 and v2, on several threads. */
public final class DataCheck {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int PAGE_BYTES = 4096;

  /**
   * One file's outcome.
   *
   * @param ok it is there, exactly as long as the torrent says, and all its pieces are good
   * @param inTheWay what no download replaces, if it is not ok because of that
   */
  public record FileResult(TorrentFile file, boolean ok, Optional<String> inTheWay) {}

  /**
   * The outcome. {@code good} has a bit for each piece whose data is right.
   *
   * @param files padding files are left out
   */
  public record Result(Bitfield good, List<FileResult> files) {
    public boolean ok() {
      return good.isFull() && files.stream().allMatch(FileResult::ok);
    }
  }

  private final Metainfo metainfo;
  private final PieceLayout layout;
  private final DataFiles files;
  private final Bitfield toCheck;
  private final Bitfield good;
  private final LongConsumer progress;
  private final AtomicInteger nextPiece = new AtomicInteger();
  private final AtomicLong checkedBytes = new AtomicLong();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicReference<@Nullable IOException> untold = new AtomicReference<>();

  private DataCheck(Metainfo metainfo, DataFiles files, Bitfield toCheck, LongConsumer progress) {
    this.metainfo = metainfo;
    this.layout = metainfo.layout();
    this.files = files;
    this.toCheck = toCheck;
    this.good = new Bitfield(layout.pieceCount());
    this.progress = progress;
  }

  /**
   * Checks all of a torrent's data.
   *
   * @param data the file itself, or the folder that holds the files of a torrent that has several
   * @param threads at least 1
   * @param progress told the bytes checked so far, from any of the threads
   * @throws InterruptedException if the caller is interrupted; the check then stops early
   */
  public static Result run(Metainfo metainfo, Path data, int threads, LongConsumer progress)
      throws IOException, InterruptedException {
    try (OpenFiles open = new OpenFiles(Descriptors.forFiles(64))) {
      DataFiles files = new DataFiles(metainfo, data, open);
      Bitfield good = pieces(metainfo, files, there(metainfo, files), threads, progress);
      return new Result(good, results(metainfo, files, good));
    }
  }

  /** All pieces but those of which something is missing: to fail to read each takes far longer. */
  private static Bitfield there(Metainfo metainfo, DataFiles files) throws IOException {
    PieceLayout layout = metainfo.layout();
    Bitfield there = Bitfield.full(layout.pieceCount());
    for (DataFile file : files.files()) {
      long size = file.hasBytes() ? Math.max(0, Stamp.of(file.path()).sizeBytes()) : 0;
      if (file.hasBytes() && size < file.lengthBytes()) {
        int last = layout.pieceAt(file.endBytes() - 1);
        for (int piece = layout.pieceAt(file.offsetBytes() + size); piece <= last; piece++) {
          there.clear(piece);
        }
      }
    }
    return there;
  }

  /**
   * Checks the given pieces only; a piece of a missing or short file is bad without being read.
   *
   * @throws IOException if one cannot tell, for want of descriptors or of the right to read
   */
  public static Bitfield pieces(
      Metainfo metainfo, DataFiles files, Bitfield toCheck, int threads, LongConsumer progress)
      throws IOException, InterruptedException {
    DataCheck check = new DataCheck(metainfo, files, toCheck, progress);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(Thread.ofPlatform().daemon().name("skep-check-" + i).start(check::work));
    }
    try {
      for (Thread worker : workers) {
        worker.join();
      }
    } finally {
      check.cancelled.set(true);
    }
    IOException untold = check.untold.get();
    if (untold != null) {
      throw untold;
    }
    return check.good;
  }

  private void work() {
    // Into whole pages: elsewhere the kernel's copy takes up to a third more time.
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(BUFFER_BYTES + PAGE_BYTES).alignedSlice(PAGE_BYTES);
    PieceHasher hasher = metainfo.pieceHasher();
    for (int piece = claim(); piece >= 0 && !cancelled.get(); piece = claim()) {
      boolean matches = matches(piece, hasher, buffer);
      synchronized (good) {
        if (matches) {
          good.set(piece);
        }
      }
      progress.accept(checkedBytes.addAndGet(layout.lengthBytes(piece)));
    }
  }

  /** The next piece that nobody has taken, or -1. */
  private int claim() {
    while (true) {
      int from = nextPiece.get();
      int piece = from < toCheck.size() ? toCheck.nextSet(from) : -1;
      if (piece < 0 || nextPiece.compareAndSet(from, piece + 1)) {
        return piece;
      }
    }
  }

  private boolean matches(int piece, PieceHasher hasher, ByteBuffer buffer) {
    long at = layout.offsetBytes(piece);
    long end = at + layout.lengthBytes(piece);
    hasher.begin(piece);
    try {
      while (at < end) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
        files.read(at, buffer);
        at += buffer.flip().remaining();
        hasher.update(buffer);
      }
    } catch (Descriptors.UsedUp | AccessDeniedException e) { // says nothing about the data
      untold.set(e);
      cancelled.set(true);
      return false;
    } catch (IOException e) {
      hasher.end();
      return false;
    }
    return hasher.end();
  }

  private static List<FileResult> results(Metainfo metainfo, DataFiles files, Bitfield good) {
    List<FileResult> results = new ArrayList<>();
    for (int i = 0; i < metainfo.files().size(); i++) {
      TorrentFile file = metainfo.files().get(i);
      if (!file.padding()) {
        DataFile place = files.files().get(i);
        boolean ok =
            (hasLength(place.path(), file.lengthBytes()) && allGood(metainfo.layout(), file, good))
                || files.link(i).filter(SymbolicLink::isAsItShould).isPresent();
        results.add(
            new FileResult(
                file, ok, ok || files.link(i).isPresent() ? Optional.empty() : place.inTheWay()));
      }
    }
    return results;
  }

  private static boolean hasLength(Path path, long lengthBytes) {
    try {
      return Files.isRegularFile(path) && Files.size(path) == lengthBytes;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean allGood(PieceLayout layout, TorrentFile file, Bitfield good) {
    if (file.lengthBytes() == 0) {
      return true;
    }
    int last = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
      if (!good.get(piece)) {
        return false;
      }
    }
    return true;
  }
}
