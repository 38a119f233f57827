package dev.skep.protocol.peerwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Sha256;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerMessageCodecTest {
  private static final WireLimits LIMITS = WireLimits.of(100);
  private static final HashRange RANGE = new HashRange(new Sha256(1, 2, 3, 4), 5, 512, 256, 7);

  @SuppressWarnings("unused") // by @FieldSource
  private static final List<PeerMessage> EVERY_KIND =
      List.of(
          PeerMessage.KEEP_ALIVE,
          PeerMessage.CHOKE,
          PeerMessage.UNCHOKE,
          PeerMessage.INTERESTED,
          PeerMessage.NOT_INTERESTED,
          new PeerMessage.Have(99),
          new PeerMessage.Bits(new byte[13]),
          new PeerMessage.Request(new BlockRef(1, 2, 3)),
          new PeerMessage.Piece(4, 5, 16384),
          new PeerMessage.Cancel(new BlockRef(1, 2, 3)),
          new PeerMessage.Port(65535),
          new PeerMessage.Suggest(0),
          PeerMessage.HAVE_ALL,
          PeerMessage.HAVE_NONE,
          new PeerMessage.Reject(new BlockRef(1, 2, 3)),
          new PeerMessage.AllowedFast(3),
          new PeerMessage.Extended(255, new byte[] {1, 2, 3}),
          new PeerMessage.HashRequest(RANGE),
          new PeerMessage.Hashes(RANGE, new byte[64]),
          new PeerMessage.HashReject(RANGE),
          new PeerMessage.Unknown(200, 1 << 20));

  @ParameterizedTest
  @FieldSource("EVERY_KIND")
  void everyMessageComesBackAndNotAByteTooEarly(PeerMessage message) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(PeerMessageCodec.encodedLength(message));
    PeerMessageCodec.encode(message, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    bytes.flip();
    for (int length = 0; length < bytes.capacity(); length++) {
      bytes.limit(length);
      assertThat(PeerMessageCodec.decode(bytes, LIMITS)).isNull();
      assertThat(bytes.position()).isZero();
      assertThat(PeerMessageCodec.bytesNeeded(bytes, LIMITS))
          .isBetween(length + 1, bytes.capacity());
    }
    bytes.limit(bytes.capacity());

    assertThat(PeerMessageCodec.decode(bytes, LIMITS)).isEqualTo(message);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000002 00", // choke with a body
        "00000006 04", // have of 5 bytes
        "0000000f 05", // bitfield of 14 bytes for 100 pieces
        "00000010 06",
        "00000008 07", // piece without its header
        "7fffffff 07",
        "ffffffff 07",
        "80000000",
        "00000001 14", // extended without an id
        "00100002 c8", // unknown, over 1 MiB
        "00000032 15"
      })
  void aLengthThatTheTypeDoesNotAllowIsRefusedBeforeTheBody(String hex) {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));

    assertThatThrownBy(() -> PeerMessageCodec.decode(in, LIMITS))
        .isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000005 04 00000064", // have of piece 100 of 100
        "00000005 04 ffffffff",
        "0000000d 06 00000000 80000000 00004000",
        "0000000d 06 00000000 00000000 7fffffff"
      })
  void numbersThatNoTorrentHasAreRefused(String hex) {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));

    assertThatThrownBy(() -> PeerMessageCodec.decode(in, LIMITS))
        .isInstanceOf(ProtocolException.class);
  }
}
