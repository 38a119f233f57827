package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnetTest {
  private static final String HEX = "d2474e86c95b19b8bcfdb92bc12c9d44667cfa36";
  private static final String V2 =
      "12ba5ad5f3b8e1c7b1b9d3a1c65e3ab5f8d7dd2d1c4ae0e1c1e6c5b1a3f4e2d1";

  @Test
  void aLinkAsClientsWriteItIsRead() throws Exception {
    Magnet magnet =
        Magnet.parse(
            "magnet:?xt=urn:btih:"
                + HEX.toUpperCase(Locale.ROOT)
                + "&xt=urn:btmh:1220"
                + V2
                + "&dn=Big+Buck%20Bunny&tr=udp%3A%2F%2Ft.example%3A6969&amp;tr.2=http://u/announce?a=b%26c"
                + "&x.pe=[::1]:80&x.pe=host.example:81&ws=https%3A%2F%2Fw%2F&so=0,2,4-6,9-7,x&xl=123&unknown");

    assertThat(magnet.infoHashV1()).contains(InfoHash.fromHex(HEX));
    assertThat(magnet.infoHashV2().orElseThrow().hex()).isEqualTo(V2);
    assertThat(magnet.name()).contains("Big Buck Bunny");
    assertThat(magnet.trackers())
        .containsExactly("udp://t.example:6969", "http://u/announce?a=b&c");
    assertThat(magnet.peers()).containsExactly("[::1]:80", "host.example:81");
    assertThat(magnet.webSeeds()).containsExactly("https://w/");
    assertThat(List.of(magnet.selects(0), magnet.selects(1), magnet.selects(5), magnet.selects(8)))
        .containsExactly(true, false, true, false);
  }

  @Test
  void base32IsTheSameHash() throws Exception {
    assertThat(Magnet.parse("magnet:?xt=urn:btih:2JDU5BWJLMM3RPH5XEV4CLE5IRTHZ6RW").infoHash())
        .isEqualTo(InfoHash.fromHex(HEX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://x",
        "magnet:?",
        "magnet:?dn=only",
        "magnet:?xt=urn:sha1:" + HEX,
        "magnet:?xt=urn:btih:123",
        "magnet:?xt=urn:btih:" + HEX + "0",
        "magnet:?xt=urn:btih:2JDU5BWJLMM3RPH5XEV4CLE5IRTHZ6R1",
        "magnet:?xt=urn:btmh:1114" + HEX,
        "magnet:?xt=urn:btmh:1220" + HEX,
        "magnet:?xt=urn:btih:" + HEX + "&dn=%4"
      })
  void whatLeadsNowhereIsRefused(String link) {
    assertThatThrownBy(() -> Magnet.parse(link))
        .isInstanceOf(MetainfoException.class)
        .hasMessageContaining("magnet link");
  }

  @Test
  void whatIsNoTrackerPeerOrWebSeedIsDropped() throws Exception {
    Magnet magnet =
        Magnet.parse(
            "magnet:?xt=urn:btih:"
                + "ab".repeat(20)
                + "&tr=nonsense&tr=http%3A%2F%2F&tr=udp://t.example:80&tr=javascript:alert(1)"
                + "&x.pe=nobody&x.pe=host:0&x.pe=host:65536&x.pe=host:65535&x.pe=[::1]:1"
                + "&ws=file:///etc/passwd&ws=http://w/f&ws=http://w/f&as=http://other/f");

    assertThat(magnet.trackers()).containsExactly("udp://t.example:80");
    assertThat(magnet.peers()).containsExactly("host:65535", "[::1]:1");
    assertThat(magnet.webSeeds()).containsExactly("http://w/f");
  }

  @Test
  void aLinkToBePlayedIsOne() throws Exception {
    Magnet magnet = Magnet.parse("stream-magnet:?xt=urn:btih:" + "ab".repeat(20));

    assertThat(magnet.infoHash().hex()).isEqualTo("ab".repeat(20));
  }
}
