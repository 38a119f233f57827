package dev.skep.agent.create;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
 * once.
 *
 * <p>Workers take the next piece in order, so that together they read the files from begin to end.
 * They are platform threads: file reads would hold a virtual thread's carrier.
 */
final class PieceHasher {
  private static final int SHA1_BYTES = 20;
  // Stays in a core's second-level cache between the read and the hash.
  private static final int CHUNK_BYTES = 64 << 10;
  private static final long REPORT_MILLIS = 100;

  private final List<SourceFile> files;
  private final long[] offsets;
  private final int pieceLengthBytes;
  private final byte[] hashes;
  private final AtomicInteger next = new AtomicInteger();
  private final LongAdder hashedBytes = new LongAdder();

  /**
   * Prepares; nothing is read yet.
   *
   * @param files at least one byte together, and fewer than 2^31 pieces
   */
  PieceHasher(List<SourceFile> files, int pieceLengthBytes) {
    this.files = files;
    this.pieceLengthBytes = pieceLengthBytes;
    this.offsets = new long[files.size() + 1];
    for (int i = 0; i < files.size(); i++) {
      offsets[i + 1] = offsets[i] + files.get(i).lengthBytes();
    }
    this.hashes = new byte[Math.multiplyExact(SHA1_BYTES, pieceCount())];
  }

  private long totalBytes() {
    return offsets[files.size()];
  }

  private int pieceCount() {
    return Math.toIntExact((totalBytes() - 1) / pieceLengthBytes + 1);
  }

  /**
   * Reads and hashes everything.
   *
   * @param progress told now and then, by the calling thread, how many bytes are hashed
   * @return the SHA-1 of every piece, one after the other
   * @throws IOException if a file cannot be read, or is not what it was when it was found
   */
  byte[] hash(LongConsumer progress) throws IOException, InterruptedException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), pieceCount());
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        running.add(
            workers.submit(
                () -> {
                  work();
                  return null;
                }));
      }
      for (var worker : running) {
        await(worker, progress);
      }
    } finally {
      next.set(pieceCount());
      workers.shutdown();
    }
    return hashes;
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
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void work() throws IOException, NoSuchAlgorithmException {
    var sha1 = MessageDigest.getInstance("SHA-1");
    var chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try (var reader = new SourceReader()) {
      int piece;
      while ((piece = next.getAndIncrement()) < pieceCount()) {
        hashPiece(piece, sha1, chunk, reader);
      }
    } catch (Throwable e) {
      next.set(pieceCount()); // The others need not finish what is lost.
      throw e;
    }
  }

  private void hashPiece(int piece, MessageDigest sha1, ByteBuffer chunk, SourceReader reader)
      throws IOException {
    long at = (long) piece * pieceLengthBytes;
    long end = Math.min(totalBytes(), at + pieceLengthBytes);
    int file = fileAt(at);
    while (at < end) {
      while (offsets[file + 1] <= at) {
        file++;
      }
      int length = (int) Math.min(CHUNK_BYTES, Math.min(end, offsets[file + 1]) - at);
      reader.read(files.get(file), at - offsets[file], chunk.clear().limit(length));
      sha1.update(chunk.flip());
      hashedBytes.add(length);
      at += length;
    }
    System.arraycopy(sha1.digest(), 0, hashes, piece * SHA1_BYTES, SHA1_BYTES);
  }

  /** A file that begins at or before an offset, with only empty files between. */
  private int fileAt(long offset) {
    int found = Arrays.binarySearch(offsets, offset);
    return found >= 0 ? found : -found - 2;
  }
}
