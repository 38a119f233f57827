package dev.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.WireLimits;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.UdpCodec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hot paths take no memory beyond the value that they return. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int RUNS = 10_000;

  private interface Step {
    void run() throws Exception;
  }

  private static long bytesPerRun(Step step) throws Exception {
    step.run(); // loads the classes
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      step.run();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / RUNS;
  }

  private static long bytesToDecode(PeerMessage message) throws Exception {
    ByteBuffer in = ByteBuffer.allocateDirect(100);
    PeerMessageCodec.encode(message, in);
    in.flip();
    WireLimits limits = WireLimits.of(1_000);
    return bytesPerRun(() -> PeerMessageCodec.decode(in.rewind(), limits));
  }

  @Test
  void decodingAMessageTakesTheMessageAlone() throws Exception {
    assertThat(bytesToDecode(PeerMessage.UNCHOKE)).isZero();
    assertThat(bytesToDecode(new PeerMessage.Have(7))).isLessThanOrEqualTo(16);
    assertThat(bytesToDecode(new PeerMessage.Piece(7, 0, 16_384))).isLessThanOrEqualTo(24);
    assertThat(bytesToDecode(new PeerMessage.Request(new BlockRef(7, 0, 16_384))))
        .isLessThanOrEqualTo(40);
  }

  @Test
  void encodingAMessageTakesNothing() throws Exception {
    ByteBuffer out = ByteBuffer.allocateDirect(100);
    for (PeerMessage message :
        List.of(
            PeerMessage.CHOKE,
            new PeerMessage.Have(7),
            new PeerMessage.Request(new BlockRef(7, 0, 16_384)),
            new PeerMessage.Piece(7, 0, 16_384))) {
      assertThat(bytesPerRun(() -> PeerMessageCodec.encode(message, out.clear()))).isZero();
    }
  }

  @Test
  void answeringAnAnnounceTakesNothing() throws Exception {
    ByteBuffer out = ByteBuffer.allocateDirect(1_000);
    byte[] peers = new byte[300];

    assertThat(
            bytesPerRun(
                () ->
                    HttpAnnounceReply.encodeCompact(
                        out.clear(), 1_800, 900, 1, 22, 333, peers, 300, peers, 18)))
        .isZero();
    assertThat(bytesPerRun(() -> UdpCodec.encodeAnnounceReplyHeader(1, 2, 3, 4, out.clear())))
        .isZero();
  }

  @Test
  void readingAnAnnounceTakesTheRequestAlone() throws Exception {
    AnnounceRequest request =
        AnnounceRequest.builder(new Generator(1).infoHash(), new Generator(2).peerId(), 6881)
            .transferred(1, 2)
            .left(3)
            .numwant(50)
            .key(7)
            .build();
    byte[] query = HttpAnnounceQuery.format(request).getBytes(StandardCharsets.US_ASCII);
    byte[] escaped =
        HttpAnnounceQuery.format(request)
            .replace("port", "%70ort")
            .replace("left=3", "left=%33")
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer datagram = ByteBuffer.allocateDirect(200);
    UdpCodec.encodeAnnounce(1, 2, request, "", datagram);
    datagram.flip();

    assertThat(bytesPerRun(() -> HttpAnnounceQuery.parse(query, 0, query.length)))
        .isLessThanOrEqualTo(300);
    assertThat(bytesPerRun(() -> HttpAnnounceQuery.parse(escaped, 0, escaped.length)))
        .isLessThanOrEqualTo(500); // few clients encode numbers
    assertThat(bytesPerRun(() -> UdpCodec.decodeRequest(datagram.rewind())))
        .isLessThanOrEqualTo(300);
    String text = HttpAnnounceQuery.format(request);
    assertThat(bytesPerRun(() -> HostReport.in(text))).as("who reports nothing").isZero();
  }

  @Test
  void aTorrentOfTenThousandFilesTakesThreeTimesItsSize() throws Exception {
    MetainfoBuilder builder = MetainfoBuilder.folder("a-release-of-something-large");
    for (int i = 0; i < 10_000; i++) {
      builder.file(List.of("directory-" + i / 100, "file-number-" + i + ".bin"), 22 * 16_384);
    }
    byte[] bytes = builder.pieceLength(16_384).pieceHashes(new byte[220_000 * 20]).build();
    Metainfo.parse(bytes);
    long before = THREADS.getCurrentThreadAllocatedBytes();

    Metainfo torrent = Metainfo.parse(bytes);

    // With the input itself: at most four times its size is alive, whatever the collector does.
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(3L * bytes.length);
    assertThat(torrent.files()).hasSize(10_000);
  }
}
