package dev.skep.tracker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tracker's keys in the hands of an operator. */
class KeysTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    Settings settings = Settings.defaults(Keys.ALL);
    assertThat(settings.get(Keys.HTTP_PORT)).isEqualTo(6969);
    assertThat(settings.get(Keys.UDP_PORT)).isEqualTo(6969);
    assertThat(settings.get(Keys.ADMIN_TOKEN)).isEmpty();
  }

  @Test
  void valuesAreReadInTheirForms() throws BadSettingException {
    Settings settings =
        read(
            Map.of(
                "skep.announce.interval", " 90s ",
                "skep.limit.metainfo", "64KiB",
                "skep.access.torrents", "registered",
                "skep.http.trusted.proxies", "10.0.0.0/8, ::1",
                "skep.admin.token", "secret"));
    assertThat(settings.get(Keys.INTERVAL)).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.get(Keys.MAX_METAINFO_BYTES)).isEqualTo(65536);
    assertThat(settings.get(Keys.OPEN_TO)).isEqualTo(Keys.OpenTo.REGISTERED);
    assertThat(settings.get(Keys.TRUSTED_PROXIES)).containsExactly("10.0.0.0/8", "::1");
    assertThat(settings.get(Keys.ADMIN_TOKEN)).contains("secret");
  }

  @Test
  void anUnknownKeyIsToldWithTheNearestKnownOne() {
    assertThatThrownBy(() -> Keys.ALL.refuseUnknown(List.of("skep.udp.prot"), "tracker.properties"))
        .hasMessage("tracker.properties: unknown key skep.udp.prot; did you mean skep.udp.port?");
  }

  @Test
  void theServersOwnKeysArePassedOn() throws BadSettingException {
    Keys.ALL.refuseUnknown(List.of("server.tls.trust-all", "skep.udp.port"), "tracker.properties");
  }

  private static Settings read(Map<String, String> values) throws BadSettingException {
    return Settings.read(Keys.ALL, name -> Optional.ofNullable(values.get(name)));
  }

  @Test
  void anUnknownVariableIsToldWithTheNearestKnownOne() throws Exception {
    Keys.ALL.refuseUnknownVariables(
        Map.of(
            "PATH", "/bin",
            "SKEP_HTTP_PORT", "1",
            "SKEP_ANNOUNCE_NUMWANT_MAX", "1",
            "SKEP_TRACKER", "http://tracker.lan:6969",
            "SKEP_AGENT_RATE_UP", "1MiB/s",
            "SKEP_JAVA_OPTS", "-Xmx2g"));
    assertThatThrownBy(() -> Keys.ALL.refuseUnknownVariables(Map.of("SKEP_HTP_PORT", "1")))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("environment: unknown key SKEP_HTP_PORT; did you mean SKEP_HTTP_PORT?");
  }

  @Test
  void anUnknownSystemPropertyIsToldWithTheNearestKnownOne() throws Exception {
    Keys.ALL.refuseUnknownProperties(
        List.of("java.home", "skep.http.port", "skep.launcher", "skep.terminal", "skep.digests"));
    assertThatThrownBy(() -> Keys.ALL.refuseUnknownProperties(List.of("skep.save.intervall")))
        .hasMessage(
            "system property: unknown key skep.save.intervall; did you mean skep.save.interval?");
  }
}
