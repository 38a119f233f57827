package dev.skep.protocol.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.Generator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpCodecTest {
  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @Test
  void connectIsAsTheSpecificationWritesIt() throws Exception {
    assertThat(UdpCodec.decodeRequest(bytes("0000041727101980 00000000 0000002a")))
        .isEqualTo(new UdpRequest.Connect(42));
    assertThat(UdpCodec.decodeReply(bytes("00000000 0000002a 0102030405060708"), false))
        .isEqualTo(new UdpReply.Connected(42, 0x0102030405060708L));
    assertThatThrownBy(() -> UdpCodec.decodeRequest(bytes("0000041727101981 00000000 0000002a")))
        .isInstanceOf(TrackerProtocolException.class);
  }

  @Test
  void theFieldsOfAnAnnounceAreWhereServersLookForThem() {
    AnnounceRequest request =
        AnnounceRequest.builder(new Generator(1).infoHash(), new Generator(2).peerId(), 6881)
            .transferred(11, 22)
            .left(33)
            .event(AnnounceEvent.STOPPED)
            .numwant(44)
            .key(55)
            .build();
    ByteBuffer out = ByteBuffer.allocate(200);

    UdpCodec.encodeAnnounce(66, 77, request, "", out);

    assertThat(out.position()).isEqualTo(UdpCodec.ANNOUNCE_REQUEST_BYTES);
    assertThat(out.getLong(0)).isEqualTo(66);
    assertThat(out.getLong(UdpCodec.ANNOUNCE_INFO_HASH)).isEqualTo(request.infoHash().high());
    assertThat(out.getLong(UdpCodec.ANNOUNCE_PEER_ID)).isEqualTo(request.peerId().high());
    assertThat(out.getLong(UdpCodec.ANNOUNCE_DOWNLOADED)).isEqualTo(22);
    assertThat(out.getLong(UdpCodec.ANNOUNCE_LEFT)).isEqualTo(33);
    assertThat(out.getLong(UdpCodec.ANNOUNCE_UPLOADED)).isEqualTo(11);
    assertThat(out.getInt(UdpCodec.ANNOUNCE_EVENT)).isEqualTo(3);
    assertThat(out.getInt(UdpCodec.ANNOUNCE_IP)).isZero();
    assertThat(out.getInt(UdpCodec.ANNOUNCE_KEY)).isEqualTo(55);
    assertThat(out.getInt(UdpCodec.ANNOUNCE_NUMWANT)).isEqualTo(44);
    assertThat(out.getShort(UdpCodec.ANNOUNCE_PORT)).isEqualTo((short) 6881);
  }

  @Test
  void aPartialSeedIsOneOverUdpToo() throws Exception {
    AnnounceRequest request =
        AnnounceRequest.builder(new Generator(1).infoHash(), new Generator(2).peerId(), 6881)
            .event(AnnounceEvent.PAUSED)
            .build();
    ByteBuffer out = ByteBuffer.allocate(200);

    UdpCodec.encodeAnnounce(66, 77, request, "", out);

    assertThat(out.getInt(UdpCodec.ANNOUNCE_EVENT)).isEqualTo(4);
    assertThat(((UdpRequest.Announce) UdpCodec.decodeRequest(out.flip())).request().event())
        .isEqualTo(AnnounceEvent.PAUSED);
  }

  /** The examples of BEP 41. */
  @ParameterizedTest
  @CsvSource({
    "02 0c 2f6469723f613d6226633d64, /dir?a=b&c=d",
    "02 0c 2f6469723f613d6226633d64 01 01 00, /dir?a=b&c=d",
    "02 01 2f 01 02 03 646972 00 02 01 78, /dir",
    "7f 03 000000 02 01 2f, /",
    "02 00, ''"
  })
  void theTrackersUrlIsPutTogether(String options, String url) throws Exception {
    assertThat(UdpCodec.urlData(bytes(options))).isEqualTo(url);
  }

  @Test
  void anOptionLongerThanTheDatagramIsRefused() {
    assertThatThrownBy(() -> UdpCodec.urlData(bytes("02 05 2f")))
        .isInstanceOf(TrackerProtocolException.class);
    assertThatThrownBy(() -> UdpCodec.urlData(bytes("02 ff" + "02 ff 00".repeat(80))))
        .isInstanceOf(TrackerProtocolException.class);
  }

  @Test
  void anAnnounceReplyOfEitherFamilyIsRead() throws Exception {
    assertThat(
            UdpCodec.decodeReply(
                bytes("00000001 00000007 00000708 00000003 00000002 7f000001 1ae1 ff"), false))
        .isEqualTo(
            new UdpReply.Announced(
                7,
                AnnounceResponse.of(
                    Duration.ofMinutes(30), 2, 3, List.of(Endpoint.parse("127.0.0.1:6881")))));
    assertThat(
            UdpCodec.decodeReply(
                bytes(
                    "00000001 00000007 00000708 00000003 00000002 20010db8000000000000000000000001"
                        + " 1ae1"),
                true))
        .isEqualTo(
            new UdpReply.Announced(
                7,
                AnnounceResponse.of(
                    Duration.ofMinutes(30), 2, 3, List.of(Endpoint.parse("[2001:db8::1]:6881")))));
  }

  @Test
  void aRefusalIsRead() throws Exception {
    assertThat(UdpCodec.decodeReply(bytes("00000003 00000007 6e6f"), false))
        .isEqualTo(new UdpReply.Refused(7, "no"));
  }

  /** As opentracker does it. */
  @Test
  void anAnnounceReplyWithNothingInItIsARefusal() throws Exception {
    assertThat(UdpCodec.decodeReply(bytes("00000001 00000007"), false))
        .isEqualTo(new UdpReply.Refused(7, ""));
    assertThatThrownBy(() -> UdpCodec.decodeReply(bytes("00000001 00000007 00000708"), false))
        .isInstanceOf(TrackerProtocolException.class);
  }
}
