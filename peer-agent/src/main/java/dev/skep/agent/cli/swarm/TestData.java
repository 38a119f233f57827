package dev.skep.agent.cli.swarm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** Files of random bytes, the same for the same seed. */
final class TestData {
  private static final int CHUNK_BYTES = 1 << 20;

  private TestData() {}

  /** Writes a file; {@code written} is told how many bytes are done. */
  static void write(Path file, long bytes, long seed, LongConsumer written) throws IOException {
    var random = new SplittableRandom(seed);
    byte[] chunk = new byte[CHUNK_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long done = 0; done < bytes; ) {
        random.nextBytes(chunk);
        int length = (int) Math.min(chunk.length, bytes - done);
        out.write(chunk, 0, length);
        done += length;
        written.accept(done);
      }
    }
  }
}
