package dev.skep.benchmarks.protocol;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.WireLimits;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The messages that come by the thousand; run with {@code -prof gc} to see the memory of each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PeerWireBenchmark {
  private static final WireLimits LIMITS = WireLimits.of(1_000);

  private final ByteBuffer request = ByteBuffer.allocateDirect(64);
  private final ByteBuffer have = ByteBuffer.allocateDirect(64);
  private final ByteBuffer piece = ByteBuffer.allocateDirect(64);
  private final ByteBuffer out = ByteBuffer.allocateDirect(64);
  private final PeerMessage requestMessage =
      new PeerMessage.Request(new BlockRef(7, 16_384, 16_384));

  @Setup
  public void encode() {
    PeerMessageCodec.encode(requestMessage, request);
    PeerMessageCodec.encode(new PeerMessage.Have(7), have);
    PeerMessageCodec.encode(new PeerMessage.Piece(7, 16_384, 16_384), piece);
    request.flip();
    have.flip();
    piece.flip();
  }

  @Benchmark
  public @Nullable PeerMessage decodeRequest() throws ProtocolException {
    return PeerMessageCodec.decode(request.rewind(), LIMITS);
  }

  @Benchmark
  public @Nullable PeerMessage decodeHave() throws ProtocolException {
    return PeerMessageCodec.decode(have.rewind(), LIMITS);
  }

  @Benchmark
  public @Nullable PeerMessage decodePieceHeader() throws ProtocolException {
    return PeerMessageCodec.decode(piece.rewind(), LIMITS);
  }

  @Benchmark
  public ByteBuffer encodeRequest() {
    PeerMessageCodec.encode(requestMessage, out.clear());
    return out;
  }

  @Benchmark
  public ByteBuffer encodePieceHeader() {
    PeerMessageCodec.encodePieceHeader(7, 16_384, 16_384, out.clear());
    return out;
  }
}
