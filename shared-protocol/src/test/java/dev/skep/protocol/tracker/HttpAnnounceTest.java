package dev.skep.protocol.tracker;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            .trackerId(Optional.of(BString.of(new byte[] {'x', '&', (byte) 0xff, 0, '+'})))
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
  void everythingMayBeEscaped() throws Exception {
    String plain =
        "info_hash=%s&peer_id=%s&port=6881&uploaded=12&downloaded=34&left=56&event=started"
                .formatted("a".repeat(20), PEER.text())
            + "&numwant=50&key=cafebabe&compact=0&no_peer_id=1&trackerid=x&ip=10.0.0.1";
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < plain.length(); i++) {
      char each = plain.charAt(i);
      escaped.append(
          each == '&' || each == '=' ? "" + each : "%%%02x".formatted((int) each)); // one and all
    }

    AnnounceRequest request = HttpAnnounceQuery.parse(plain);

    assertThat(HttpAnnounceQuery.parse(escaped.toString())).isEqualTo(request);
    assertThat(request.port()).isEqualTo(6881);
    assertThat(request.event()).isEqualTo(AnnounceEvent.STARTED);
    assertThat(request.key()).isEqualTo(0xcafebabe);
    assertThat(request.compact()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "p%6frt=%36%388%31, 6881",
    "po%72%74=80, 80",
    "port=%30%3080, 80",
    "x%zz=1&port=7, 7",
    "port%=1&port=8, 8",
    "port=9&%70or%7=1, 9",
  })
  void keysAndNumbersAreDecodedBeforeTheyAreRead(String query, int port) throws Exception {
    String rest = "&info_hash=" + "a".repeat(20) + "&peer_id=" + PEER.text();

    assertThat(HttpAnnounceQuery.parse(query + rest).port()).isEqualTo(port);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "port=-1, 'port is negative, not within 0 to 65535'",
    "port=%2d1, 'port is negative, not within 0 to 65535'",
    "port=65536, 'port is 65536, not within 0 to 65535'",
    "port=, port is no number",
    "port=-, port is no number",
    "port=--1, port is no number",
    "port=+1, port is no number",
    "port=%2531, port is no number",
    "port=1-, port is no number",
    "port=%zz, malformed percent-encoding",
    "port=%3, malformed percent-encoding",
    "pport=1, port is missing",
  })
  void whatIsWrongWithThePortIsTold(String query, String told) {
    String rest = "&info_hash=" + "a".repeat(20) + "&peer_id=" + PEER.text();

    assertThatThrownBy(() -> HttpAnnounceQuery.parse(query + rest)).hasMessage(told);
  }

  /** Aria2's is the end of its peer id: any bytes. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"%EBv%25%05%CB%5C%98%AA", "%25", "%25zz", "%2525", "%2B%26%3D"})
  void aKeyMayHoldAnyBytes(String key) throws Exception {
    String rest = "port=7&info_hash=" + "a".repeat(20) + "&peer_id=" + PEER.text() + "&key=";

    int read = HttpAnnounceQuery.parse(rest + key).key();
    assertThat(read).isEqualTo(HttpAnnounceQuery.parse(rest + key.toLowerCase(ROOT)).key());
    assertThat(read).isNotEqualTo(HttpAnnounceQuery.parse(rest + key + "%25").key());
  }

  @Test
  void aKeyCountsTheSameHoweverItIsEncoded() throws Exception {
    String rest = "port=7&info_hash=" + "a".repeat(20) + "&peer_id=" + PEER.text() + "&key=";

    assertThat(HttpAnnounceQuery.parse(rest + "%31%32ab").key()).isEqualTo(0x12ab);
    assertThat(HttpAnnounceQuery.parse(rest + "n%6ft+hex").key())
        .isEqualTo(HttpAnnounceQuery.parse(rest + "not%20hex").key());
  }

  @Test
  void numwantMayBeNamedAndLeftToTheTracker() throws Exception {
    String query = "numwant=&port=1&info_hash=" + "a".repeat(20) + "&peer_id=" + PEER.text();

    assertThat(HttpAnnounceQuery.parse(query).numwant()).isEqualTo(AnnounceRequest.UNKNOWN);
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
            Optional.of(BString.of("id")),
            Optional.of(Endpoint.of("9.9.9.9", 0).address()),
            List.of());
    for (boolean compact : new boolean[] {true, false}) {
      ByteBuffer out = ByteBuffer.allocate(1000);
      HttpAnnounceReply.encode(response, compact, out);

      assertThat(HttpAnnounceReply.parse(Arrays.copyOf(out.array(), out.position())))
          .isEqualTo(response);
    }
  }

  @Test
  void aPeerGivenByHostNameStandsApartAndTheOthersKeepTheirIds() throws Exception {
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
    assertThat(response.namedPeers())
        .containsExactly(new AnnounceResponse.NamedPeer("localhost", 1));
    assertThat(response.peerIds())
        .containsOnly(Map.entry(first, PeerId.of(id.getBytes(StandardCharsets.US_ASCII))));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "d5:peers6:abcdPQe, 0, 1",
    "d8:intervali-5e5:peers6:abcdPQe, 0, 1",
    "d8:interval4:17005:peers6:abcdPQe, 1700, 1",
    "d8:interval3:now5:peers6:abcdPQe, 0, 1",
    "d8:intervali60e5:peers8:abcdPQxye, 60, 1",
    "d8:intervali60e5:peersi7e6:peers618:abcdefghijklmnopPQe, 60, 1",
    "d8:intervali60e5:peers3:abce, 60, 0",
    "d8:intervali60ee, 60, 0",
  })
  void whatIsGoodInAReplyIsKept(String body, int seconds, int peers) throws Exception {
    AnnounceResponse response =
        (AnnounceResponse) HttpAnnounceReply.parse(body.getBytes(StandardCharsets.US_ASCII));

    assertThat(response.interval()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(response.peers()).hasSize(peers);
  }

  @Test
  void aDictionaryOfOtherThingsIsNoReply() {
    assertThatThrownBy(
            () -> HttpAnnounceReply.parse("d5:helloi1ee".getBytes(StandardCharsets.US_ASCII)))
        .hasMessage("the tracker's reply has neither an interval nor peers");
  }

  @Test
  void peersByNameAreBounded() throws Exception {
    String body = "d5:peersl" + "d2:ip4:host4:porti1ee".repeat(1_000) + "ee";

    AnnounceResponse response =
        (AnnounceResponse) HttpAnnounceReply.parse(body.getBytes(StandardCharsets.US_ASCII));

    assertThat(response.namedPeers()).hasSize(HttpAnnounceReply.MAX_NAMED_PEERS);
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
