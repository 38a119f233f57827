package dev.skep.tracker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.metainfo.Metainfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What registered torrents name as their trackers. */
class PublicUrlsTest {
  @ParameterizedTest
  @CsvSource({
    "http://t.example:6969,http://t.example:6969/announce",
    "http://t.example/,http://t.example/announce",
    "https://t.example/skep,https://t.example/skep/announce",
    "https://t.example/skep/announce,https://t.example/skep/announce",
    "udp://t.example:6969,udp://t.example:6969/announce",
    "http://[2001:db8::1]:6969,http://[2001:db8::1]:6969/announce",
  })
  void aTrackersUrlBecomesWhereItIsAnnounced(String url, String announce) {
    assertThat(PublicUrls.parse(List.of(url)).announce()).containsExactly(announce);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t.example",
        "ftp://t.example",
        "http://",
        "http://a b",
        "udp://t",
        "http://t?x=1"
      })
  void whatIsNoneIsToldWithAnExample(String url) {
    assertThatThrownBy(() -> PublicUrls.parse(List.of(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + url + "' is no public URL")
        .hasMessageContaining("http://tracker.example:6969");
  }

  @Test
  void aTorrentNamesThemAndNoOthersAndStaysTheSameTorrent() throws Exception {
    Metainfo sent =
        Metainfo.parse(KeptInMemory.file(1)).withTrackers(List.of(List.of("http://localhost/a")));
    PublicUrls urls = PublicUrls.parse(List.of("http://t.example", "udp://t.example:6969"));
    Metainfo registered = Metainfo.parse(urls.applyTo(sent).raw().rawBytes());
    assertThat(registered.trackers())
        .containsExactly(List.of("http://t.example/announce", "udp://t.example:6969/announce"));
    assertThat(registered.infoHash()).isEqualTo(sent.infoHash());
    assertThat(new PublicUrls(List.of()).applyTo(sent)).isSameAs(sent);
  }
}
