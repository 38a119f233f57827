package dev.skep.protocol.peerwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExtensionsTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aHandshakeFromTheWildIsRead() throws Exception {
    ExtensionHandshake handshake =
        ExtensionHandshake.decode(
            ascii(
                "d1:md11:ut_metadatai3e6:ut_pexi0e3:badi999ee13:metadata_sizei31235e1:pi6881e4:reqqi250e1:v5:Test16:yourip4:\1\2\3\4e"));

    assertThat(handshake.idOf(ExtensionHandshake.UT_METADATA)).hasValue(3);
    assertThat(handshake.idOf(ExtensionHandshake.UT_PEX)).as("switched off").isEmpty();
    assertThat(handshake.idOf("bad")).as("no byte").isEmpty();
    assertThat(handshake.metadataBytes()).hasValue(31235);
    assertThat(handshake.listenPort()).hasValue(6881);
    assertThat(handshake.maxRequests()).hasValue(250);
    assertThat(handshake.yourAddress().orElseThrow().getHostAddress()).isEqualTo("1.2.3.4");
    assertThat(handshake.uploadOnly()).as("not named").isEmpty();
    assertThat(ExtensionHandshake.decode(ascii("d11:upload_onlyi1ee")).uploadOnly()).contains(true);
    assertThat(ExtensionHandshake.decode(ascii("d11:upload_onlyi0ee")).uploadOnly())
        .contains(false);
  }

  @Test
  void metadataOfTheWrongLengthIsRefused() throws Exception {
    byte[] whole = new MetadataMessage.Data(0, 100, new byte[100]).encode();

    assertThat(MetadataMessage.decode(whole)).isInstanceOf(MetadataMessage.Data.class);
    assertThatThrownBy(() -> MetadataMessage.decode(Arrays.copyOf(whole, whole.length - 1)))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> MetadataMessage.decode(Arrays.copyOf(whole, whole.length + 1)))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> MetadataMessage.decode(ascii("d8:msg_typei0e5:piecei-1ee")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void anUnknownKindOfMetadataMessageIsNotAnError() throws Exception {
    assertThat(MetadataMessage.decode(ascii("d8:msg_typei7e5:piecei0ee")))
        .isEqualTo(new MetadataMessage.Unknown(0, 7));
  }

  @Test
  void pexOfHalfAPeerIsRefused() {
    assertThatThrownBy(() -> PexMessage.decode(ascii("d5:added5:aaaaae")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void aForeignHandshakeIsRefusedAtItsFirstByte() throws Exception {
    assertThatThrownBy(() -> Handshake.decode(ByteBuffer.wrap(ascii("G"))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("byte 0");
    assertThat(Handshake.decode(ByteBuffer.wrap(ascii("\u0013BitTorr")))).isNull();
  }

  @Test
  void reservedBitsAreWhereTheSpecificationsPutThem() {
    assertThat(Reserved.NONE.withExtended().bits()).isEqualTo(0x0000000000100000L);
    assertThat(Reserved.NONE.withFast().bits()).isEqualTo(0x04L);
    assertThat(Reserved.NONE.withDht().bits()).isEqualTo(0x01L);
    assertThat(Reserved.NONE.withV2().bits()).isEqualTo(0x10L);
  }
}
