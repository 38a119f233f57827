package dev.skep.benchmarks;

import dev.skep.protocol.digest.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The roof of every transfer: how long one core hashes one piece. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PieceHashBenchmark {
  @Param({"SHA-1", "SHA-256"})
  public String algorithm = "SHA-1";

  @Param({"262144", "1048576"})
  public int pieceLengthBytes;

  private ByteBuffer piece = ByteBuffer.allocateDirect(0);

  /** Fills a piece with reproducible noise. */
  @Setup
  public void fillPiece() {
    byte[] noise = new byte[pieceLengthBytes];
    new Random(1).nextBytes(noise);
    piece = ByteBuffer.allocateDirect(noise.length).put(noise).asReadOnlyBuffer();
  }

  /** As pieces are hashed everywhere: in memory outside of the heap. */
  @Benchmark
  public byte[] hash() {
    MessageDigest digest = algorithm.equals("SHA-1") ? Digests.sha1() : Digests.sha256();
    digest.update(piece.duplicate().clear());
    return digest.digest();
  }
}
