package dev.skep.tracker.announce;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasskeysTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/announce, ''",
    "/announce/, ''",
    "/announce?x=/y/z, ''",
    "/KEY/announce, KEY",
    "/KEY/announce/, KEY",
    "/KEY/announce?x=/y, KEY",
    "/KEY/, ''",
    "KEY/announce, KEY",
    "/, ''",
    "'', ''",
  })
  void standBeforeTheAnnounce(String pathAndQuery, String passkey) {
    assertThat(Passkeys.in(pathAndQuery)).isEqualTo(passkey);
  }
}
