package dev.skep.protocol.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpAnnounceTest {
  private static final InfoHash HASH = InfoHash.fromHex("00ff2b20257e7f8081c3a9412d2e5f7ee0f1f2f3");
  private static final PeerId PEER =
      PeerId.of("-SK0001-abcdefghijkl".getBytes(StandardCharsets.US_ASCII));

  @Test
  void theServerReadsWhatTheClientWrites() throws Exception {
    AnnounceRequest request =
        AnnounceRequest.builder(HASH, PEER, 6881)
            .transferred(1, 2)
            .left(3)
            .event(AnnounceEvent.STARTED)
            .numwant(50)
            .key(0xCAFEBABE)
            .trackerId(Optional.of("x&y=z+ä"))
            .statedAddresses(List.of(Endpoint.of("2001:db8::1", 0).address()))
            .build();

    assertThat(HttpAnnounceQuery.parse(HttpAnnounceQuery.format(request))).isEqualTo(request);
  }

  @Test
  void bytesMayBeEscapedInAnyWay() throws Exception {
    String tail = "&peer_id=" + PEER.text() + "&port=1";

    assertThat(
            HttpAnnounceQuery.parse("info_hash=%61b%63+%2B%ff%FFdefghijklmnop" + tail).infoHash())
        .isEqualTo(
            InfoHash.of(
                "abc +\u00ff\u00ffdefghijklmnopqr"
                    .substring(0, 20)
                    .getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> HttpAnnounceQuery.parse("peer_id=" + PEER.text() + "&port=1"))
        .hasMessage("info_hash is missing");
    assertThatThrownBy(() -> HttpAnnounceQuery.parse("info_hash=%zz"))
        .hasMessage("malformed percent-encoding");
    assertThatThrownBy(() -> HttpAnnounceQuery.parse("info_hash=abc"))
        .hasMessage("info_hash is not 20 bytes long");
  }

  @Test
  void theClientReadsWhatTheServerWrites() throws Exception {
    AnnounceResponse response =
        new AnnounceResponse(
            Duration.ofSeconds(1800),
            Duration.ofSeconds(60),
            7,
            8,
            9,
            List.of(Endpoint.parse("1.2.3.4:80"), Endpoint.parse("[2001:db8::1]:81")),
            Map.of(),
            Optional.of("careful"),
            Optional.of("id"),
            Optional.of(Endpoint.of("9.9.9.9", 0).address()));
    for (boolean compact : new boolean[] {true, false}) {
      ByteBuffer out = ByteBuffer.allocate(1000);
      HttpAnnounceReply.encode(response, compact, out);

      assertThat(HttpAnnounceReply.parse(Arrays.copyOf(out.array(), out.position())))
          .isEqualTo(response);
    }
  }

  @Test
  void aPeerGivenByHostNameIsLeftOutAndTheOthersKeepTheirIds() throws Exception {
    String id = "-SK0100-abcdefghijkl";
    String body =
        "d8:intervali9e5:peersl"
            + "d2:ip9:localhost7:peer id20:%s4:porti1ee".formatted(id)
            + "d2:ip7:1.2.3.47:peer id20:%s4:porti80ee".formatted(id)
            + "d2:ip3:::17:peer id3:bad4:porti81ee"
            + "d2:ip7:5.6.7.84:porti0ee"
            + "ee";

    AnnounceResponse response =
        (AnnounceResponse) HttpAnnounceReply.parse(body.getBytes(StandardCharsets.US_ASCII));

    Endpoint first = Endpoint.parse("1.2.3.4:80");
    assertThat(response.peers()).containsExactly(first, Endpoint.parse("[::1]:81"));
    assertThat(response.peerIds())
        .containsOnly(Map.entry(first, PeerId.of(id.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void theHotPathWritesCanonicalBencode() {
    ByteBuffer out = ByteBuffer.allocate(200);
    byte[] peers = {1, 2, 3, 4, 0, 80};

    HttpAnnounceReply.encodeCompact(out, 1800, 900, 10, 200, 0, peers, 6, peers, 0);

    assertThat(new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1))
        .isEqualTo(
            "d8:completei10e10:downloadedi200e10:incompletei0e8:intervali1800e12:min intervali900e"
                + "5:peers6:\u0001\u0002\u0003\u0004\u0000Pe");
  }

  @Test
  void aRefusalIsRead() throws Exception {
    TrackerReply.Failure failure = new TrackerReply.Failure("no", Optional.of(TrackerReply.NEVER));
    ByteBuffer out = ByteBuffer.allocate(100);
    HttpAnnounceReply.encode(failure, true, out);

    assertThat(HttpAnnounceReply.parse(Arrays.copyOf(out.array(), out.position())))
        .isEqualTo(failure);
  }
}
