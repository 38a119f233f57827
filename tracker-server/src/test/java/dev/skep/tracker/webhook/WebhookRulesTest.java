package dev.skep.tracker.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody is called whom the operator did not name. */
class WebhookRulesTest {
  private static final WebhookRules RULES =
      WebhookRules.parse(
          List.of("Hooks.lan", "chat.lan:8443", "[2001:db8::1]:80", "192.0.2.7"),
          "the-secret-of-this-test");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://hooks.lan/x",
        "https://HOOKS.LAN/x?y=1",
        "http://hooks.lan:80",
        "https://hooks.lan:443/",
        "https://chat.lan:8443/x",
        "http://chat.lan:8443/x",
        "http://[2001:db8::1]/",
        "http://192.0.2.7/",
      })
  void whomTheOperatorNamedMayBeCalled(String url) {
    assertThat(RULES.allows(URI.create(url))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://other.lan/",
        "http://hooks.lan.evil.example/",
        "http://evil.example/hooks.lan",
        "http://hooks.lan@evil.example/",
        "http://user:pass@hooks.lan/",
        "http://hooks.lan:22/",
        "https://hooks.lan:80/",
        "https://chat.lan/",
        "http://chat.lan:8080/",
        "ftp://hooks.lan/",
        "file:///etc/passwd",
        "http:hooks.lan",
        "//hooks.lan/",
        "hooks.lan",
        "http://169.254.169.254/latest",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://hooks.lan/#x",
        "http://192.0.2.70/",
        "http://3221226247/",
      })
  void nobodyElseIs(String url) {
    assertThat(RULES.allows(URI.create(url))).isFalse();
  }

  @Test
  void anEndlessUrlIsNone() {
    assertThat(RULES.allows(URI.create("http://hooks.lan/" + "x".repeat(3000)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "http://hooks.lan", "hooks.lan/x", "*.lan", "a b", "hooks.lan:0", "x:y", "-a"})
  void whatIsNoHostIsAWrongSetting(String host) {
    assertThatThrownBy(() -> WebhookRules.parse(List.of(host), "the-secret-of-this-test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no host that webhooks could call");
  }

  @Test
  void theSignatureIsAnHmacOfTimeAndBody() {
    var rules = WebhookRules.parse(List.of("a"), "Jefe");
    assertThat(rules.sign(1_700_000_000, "{}".getBytes(UTF_8)))
        .isEqualTo("sha256=" + HMAC_OF_TIME_AND_BODY);
    assertThat(rules.sign(1_700_000_001, "{}".getBytes(UTF_8)))
        .isNotEqualTo("sha256=" + HMAC_OF_TIME_AND_BODY);
  }

  /** {@code printf '1700000000.{}' | openssl dgst -sha256 -hmac Jefe}. */
  private static final String HMAC_OF_TIME_AND_BODY =
      "d3793e2b4103edfbd98cc19591832f5fad701d413db9fcae0ae7dab8184ed207";

  @Test
  void aLogDoesNotSayWhatIsInThePath() {
    assertThat(WebhookRules.shown(URI.create("https://hooks.lan:1/T0/SECRET?key=x")))
        .isEqualTo("https://hooks.lan:1/...");
  }
}
