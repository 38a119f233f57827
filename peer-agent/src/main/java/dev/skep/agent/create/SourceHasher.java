package dev.skep.agent.create;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.digest.Digests;
import dev.skep.protocol.metainfo.MerkleHasher;
import dev.skep.protocol.metainfo.PieceLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * Hashes the pieces of files that stand one after the other, on all processors; every byte is read
 * once, also when it goes into hashes of both versions.
 *
 * <p>Workers take the next piece in order, so that together they read the files from begin to end.
 * They are platform threads: file reads would hold a virtual thread's carrier.
 */
final class SourceHasher {
  private static final int SHA1_BYTES = 20;
  // Still cached when it is hashed, and needs few reads.
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PAGE_BYTES = 4096;
  private static final byte[] ZEROS = new byte[64 << 10];
  private static final long REPORT_MILLIS = 100;

  private final List<SourceFile> files;
  private final TorrentVersion version;
  private final int pieceLengthBytes;
  private final long[] begins;
  private final int pieceCount;
  private final long totalBytes;
  private final byte[] pieces;
  private final List<byte[]> layers = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final LongAdder hashedBytes = new LongAdder();

  /**
   * Prepares; nothing is read yet.
   *
   * @param files at least one byte together, and fewer than 2^31 pieces
   */
  SourceHasher(List<SourceFile> files, TorrentVersion version, int pieceLengthBytes) {
    this.files = files;
    this.version = version;
    this.pieceLengthBytes = pieceLengthBytes;
    this.begins = new long[files.size()];
    long end = 0;
    for (int i = 0; i < files.size(); i++) {
      long length = files.get(i).lengthBytes();
      boolean aligned = version.hasV2() && length > 0;
      begins[i] = end + (aligned ? Math.floorMod(-end, pieceLengthBytes) : 0);
      end = begins[i] + length;
      int ownPieces = Math.toIntExact(Math.ceilDiv(length, pieceLengthBytes));
      layers.add(new byte[version.hasV2() ? ownPieces * Sha256.BYTES : 0]);
    }
    this.totalBytes = end;
    this.pieceCount = Math.toIntExact(Math.ceilDiv(end, pieceLengthBytes));
    this.pieces = new byte[version.hasV1() ? Math.multiplyExact(SHA1_BYTES, pieceCount) : 0];
  }

  /** The SHA-1 of every piece, one after the other; empty without v1. */
  byte[] pieces() {
    return pieces;
  }

  /** For each file the Merkle nodes over its pieces, one after the other; empty without v2. */
  List<byte[]> layers() {
    return layers;
  }

  /**
   * Reads and hashes everything.
   *
   * @param progress told now and then, by the calling thread, how many bytes are hashed
   * @throws IOException if a file cannot be read, or is not what it was when it was found
   */
  void hash(LongConsumer progress) throws IOException, InterruptedException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), pieceCount);
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        running.add(workers.submit(this::work));
      }
      for (var worker : running) {
        await(worker, progress);
      }
    } finally {
      next.set(pieceCount);
      workers.shutdown();
    }
  }

  private void await(Future<?> worker, LongConsumer progress)
      throws IOException, InterruptedException {
    while (true) {
      try {
        worker.get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        progress.accept(hashedBytes.sum());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** A file that begins at or before an offset, with only empty files between. */
  private int fileAt(long offset) {
    int found = Arrays.binarySearch(begins, offset);
    return found >= 0 ? found : -found - 2;
  }

  /** Goes on from a file to the last one that begins at or before an offset. */
  private int lastBeginningAt(long offset, int from) {
    int file = from;
    while (file + 1 < begins.length && begins[file + 1] <= offset) {
      file++;
    }
    return file;
  }

  private long end(int file) {
    return begins[file] + files.get(file).lengthBytes();
  }

  private Boolean work() throws IOException {
    var worker = new Worker();
    try (var reader = new SourceReader()) {
      int piece;
      while ((piece = next.getAndIncrement()) < pieceCount) {
        worker.hash(piece, reader);
      }
      return true;
    } catch (Throwable e) {
      next.set(pieceCount); // The others need not finish what is lost.
      throw e;
    }
  }

  /** Hashes one piece after the other, with a buffer and digests of its own. */
  private final class Worker {
    private final MessageDigest sha1 = Digests.sha1();
    private final MerkleHasher merkle = new MerkleHasher();
    // Files are read into memory outside of the heap: into an array they would be copied twice.
    // Into whole pages: elsewhere the kernel's copy takes up to a third more time.
    private final ByteBuffer chunk =
        ByteBuffer.allocateDirect(CHUNK_BYTES + PAGE_BYTES).alignedSlice(PAGE_BYTES);

    private void hash(int piece, SourceReader reader) throws IOException {
      long begin = (long) piece * pieceLengthBytes;
      long end = Math.min(totalBytes, begin + pieceLengthBytes);
      int first = fileAt(begin);
      int file = first;
      for (long at = begin; at < end; ) {
        file = lastBeginningAt(at, file);
        if (at < end(file)) {
          int length = (int) Math.min(CHUNK_BYTES, Math.min(end, end(file)) - at);
          reader.read(files.get(file), at - begins[file], chunk.clear().limit(length));
          take(length);
          at += length;
        } else {
          long gapEnd = Math.min(end, begins[file + 1]);
          pad(gapEnd - at);
          at = gapEnd;
        }
      }
      finish(piece, lastBeginningAt(begin, first), begin);
    }

    private void take(int length) {
      if (version.hasV1()) {
        sha1.update(chunk.flip());
      }
      if (version.hasV2()) {
        merkle.update(chunk.rewind());
      }
      hashedBytes.add(length);
    }

    /** What stands between files that begin on a piece's border. */
    private void pad(long length) {
      if (version.hasV1()) {
        for (long left = length; left > 0; left -= ZEROS.length) {
          sha1.update(ZEROS, 0, (int) Math.min(left, ZEROS.length));
        }
      }
    }

    private void finish(int piece, int file, long begin) {
      if (version.hasV1()) {
        System.arraycopy(sha1.digest(), 0, pieces, piece * SHA1_BYTES, SHA1_BYTES);
      }
      if (version.hasV2()) {
        boolean several = files.get(file).lengthBytes() > pieceLengthBytes;
        byte[] root =
            merkle.root(several ? pieceLengthBytes / PieceLayout.BLOCK_BYTES : 1).toBytes();
        int index = (int) ((begin - begins[file]) / pieceLengthBytes);
        System.arraycopy(root, 0, layers.get(file), index * root.length, root.length);
      }
    }
  }
}
