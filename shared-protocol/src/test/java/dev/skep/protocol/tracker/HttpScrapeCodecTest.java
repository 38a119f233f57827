package dev.skep.protocol.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpScrapeCodecTest {
  @ParameterizedTest
  @CsvSource({
    "http://t/announce, http://t/scrape",
    "http://t/x/announce, http://t/x/scrape",
    "http://t/announce.php, http://t/scrape.php",
    "http://t/announce?x=2%0644/announce, http://t/scrape?x=2%0644/announce",
    "http://t/a, ''",
    "http://t/announce/KEY, http://t/scrape/KEY",
    "http://t/x64announce, http://t/x64scrape",
    "http://t/announce/myannounce, http://t/scrape/myannounce",
    "http://t/announce/, http://t/scrape/",
    "http://announce.t/announce, http://announce.t/scrape",
    "http://t/a?x=/announce, ''",
    "http://announce, ''",
    "http://announce.t/a, ''"
  })
  void theScrapeUrlIsMadeOfTheAnnounceUrl(String announce, String scrape) {
    assertThat(HttpScrapeCodec.scrapeUrl(announce).orElse("")).isEqualTo(scrape);
  }

  @Test
  void theExampleOfTheSpecificationIsRead() throws Exception {
    byte[] body =
        ("d5:filesd20:xxxxxxxxxxxxxxxxxxxxd8:completei11e10:downloadedi13772e10:incompletei19ee"
                + "20:yyyyyyyyyyyyyyyyyyyyd8:completei21e10:downloadedi206e10:incompletei20eeee")
            .getBytes(StandardCharsets.US_ASCII);

    assertThat(HttpScrapeCodec.parse(body))
        .containsExactly(
            new ScrapeEntry(InfoHash.fromHex("78".repeat(20)), 11, 13772, 19),
            new ScrapeEntry(InfoHash.fromHex("79".repeat(20)), 21, 206, 20));
  }

  @Test
  void theKeyMayBeEscaped() throws Exception {
    assertThat(HttpScrapeCodec.parseQuery("%69nfo%5fhash=" + "x".repeat(20), 5)).hasSize(1);
  }

  @Test
  void moreThanAllowedIsRefused() {
    String one = "info_hash=" + "x".repeat(20);

    assertThatThrownBy(() -> HttpScrapeCodec.parseQuery(one + "&" + one, 1))
        .hasMessage("more than 1 info_hash");
  }
}
