package dev.skep.benchmarks.protocol;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.UdpCodec;
import dev.skep.protocol.tracker.UdpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

/**
 * What a tracker does for each announce besides its swarm; run with {@code -prof gc} to see the
 * memory of each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class AnnounceCodecBenchmark {
  private static final int PEER_BYTES = 50 * 6;

  private final ByteBuffer datagram = ByteBuffer.allocateDirect(200);
  private final ByteBuffer out = ByteBuffer.allocateDirect(1_000);
  private final byte[] peers = new byte[PEER_BYTES];
  private byte[] query = {};
  private String queryText = "";

  @Setup
  public void encode() {
    AnnounceRequest request =
        AnnounceRequest.builder(
                InfoHash.fromHex("00ff2b20257e7f8081c3a9412d2e5f7ee0f1f2f3"),
                PeerId.of("-SK0100-abcdefghijkl".getBytes(StandardCharsets.US_ASCII)),
                6881)
            .transferred(123_456_789, 987_654_321)
            .left(55_555_555)
            .event(AnnounceEvent.STARTED)
            .numwant(50)
            .key(0x1234_5678)
            .build();
    queryText = HttpAnnounceQuery.format(request);
    query = queryText.getBytes(StandardCharsets.US_ASCII);
    UdpCodec.encodeAnnounce(1, 2, request, "", datagram);
    datagram.flip();
  }

  @Benchmark
  public AnnounceRequest httpParse() throws TrackerProtocolException {
    return HttpAnnounceQuery.parse(query, 0, query.length);
  }

  /** What an announce pays for reports of hosts that has none. */
  @Benchmark
  public Optional<HostReport> httpWithoutReport() throws TrackerProtocolException {
    return HostReport.in(queryText);
  }

  @Benchmark
  public ByteBuffer httpEncode() {
    HttpAnnounceReply.encodeCompact(
        out.clear(), 1_800, 900, 123, 4_567, 89, peers, PEER_BYTES, peers, 0);
    return out;
  }

  @Benchmark
  public UdpRequest udpParse() throws TrackerProtocolException {
    return UdpCodec.decodeRequest(datagram.rewind());
  }

  @Benchmark
  public ByteBuffer udpEncode() {
    UdpCodec.encodeAnnounceReplyHeader(2, 1_800, 89, 123, out.clear());
    return out.put(peers, 0, PEER_BYTES);
  }
}
