package dev.skep.service.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private enum Colour {
    RED,
    DARK_BLUE
  }

  private static final Key<Integer> PORT =
      new Key<>("skep.toy.port", "80", Form.port(), "Where it listens.");
  private static final Key<Optional<Integer>> SECOND_PORT =
      new Key<>("skep.toy.port.second", "", Form.orNothing(Form.port()), "And where else.");
  private static final Key<Duration> WAIT =
      new Key<>(
          "skep.toy.wait",
          "30s",
          Form.duration(Duration.ofSeconds(5), Duration.ofHours(12)),
          "How long it waits.");
  private static final Key<Long> ROOM =
      new Key<>("skep.toy.room", "1MiB", Form.size(1 << 10, 1L << 40), "How much it takes.");
  private static final Key<Long> RATE =
      new Key<>("skep.toy.rate", "0", Form.rate(), "How fast it is.");
  private static final Key<Colour> COLOUR =
      new Key<>("skep.toy.colour", "red", Form.oneOf(Colour.class), "How it looks.");
  private static final Key<Boolean> LOUD =
      new Key<>("skep.toy.loud", "false", Form.yesOrNo(), "Whether it is heard.");
  private static final Key<List<String>> FRIENDS =
      new Key<>("skep.toy.friends", "", Form.words(",", "names"), "Whom it knows.");

  private static final KeyList KEYS =
      new KeyList(
          "skep.toy.",
          List.of(
              new KeyList.Group("Doors", List.of(PORT, SECOND_PORT)),
              new KeyList.Group("Rest", List.of(WAIT, ROOM, RATE, COLOUR, LOUD, FRIENDS))),
          new KeyList.Others(
              List.of("server.", "skep.toy.box."),
              Set.of("skep.toy.home"),
              Set.of("SKEP_TOY_OPTS")));

  @TempDir private Path folder;

  private static Settings read(Map<String, String> values) throws BadSettingException {
    return Settings.read(KEYS, name -> Optional.ofNullable(values.get(name)));
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    Settings settings = Settings.defaults(KEYS);
    assertThat(settings.get(PORT)).isEqualTo(80);
    assertThat(settings.get(SECOND_PORT)).isEmpty();
    assertThat(settings.get(RATE)).isZero();
    assertThat(settings.get(FRIENDS)).isEmpty();
  }

  @Test
  void valuesAreReadInTheirForms() throws BadSettingException {
    Settings settings =
        read(
            Map.of(
                "skep.toy.wait", " 90s ",
                "skep.toy.room", "64KiB",
                "skep.toy.rate", "10MiB/s",
                "skep.toy.colour", "dark-blue",
                "skep.toy.loud", "TRUE",
                "skep.toy.friends", "ann, bob",
                "skep.toy.port.second", "81"));
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.get(ROOM)).isEqualTo(65536);
    assertThat(settings.get(RATE)).isEqualTo(10L << 20);
    assertThat(settings.get(COLOUR)).isEqualTo(Colour.DARK_BLUE);
    assertThat(settings.get(LOUD)).isTrue();
    assertThat(settings.get(FRIENDS)).containsExactly("ann", "bob");
    assertThat(settings.get(SECOND_PORT)).contains(81);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          skep.toy.port        | 65536 | a port from 1 to 65535, or 0 for any free one
          skep.toy.port        | x     | a port from 1 to 65535, or 0 for any free one
          skep.toy.port.second | x     | a port from 1 to 65535, or 0 for any free one, or nothing
          skep.toy.wait        | 1s    | a duration from 5s to 12h
          skep.toy.wait        | 30    | a duration from 5s to 12h
          skep.toy.room        | 2TiB  | a size from 1KiB to 1TiB
          skep.toy.rate        | 10MiB | a rate such as 10MiB/s, or 0 for no limit
          skep.toy.rate        | /s    | a rate such as 10MiB/s, or 0 for no limit
          skep.toy.colour      | blue  | one of: red, dark-blue
          skep.toy.loud        | yes   | true or false
          """)
  void aWrongValueIsToldWithWhatIsExpected(String key, String value, String expected) {
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("%s is '%s'; expected %s", key, value, expected);
  }

  @Test
  void propertiesGoBeforeTheEnvironmentAndThatBeforeTheFile() throws BadSettingException {
    Settings settings =
        Settings.read(
            KEYS,
            Map.of("skep.toy.port", "1"),
            Map.of("SKEP_TOY_PORT", "2", "SKEP_TOY_LOUD", "true"),
            Map.of("skep.toy.port", "3", "skep.toy.loud", "false", "skep.toy.wait", "1m"));
    assertThat(settings.get(PORT)).isEqualTo(1);
    assertThat(settings.get(LOUD)).isTrue();
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void anUnknownKeyIsToldWithTheNearestKnownOne() {
    assertThatThrownBy(() -> KEYS.refuseUnknown(List.of("skep.toy.prot"), "toy.properties"))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("toy.properties: unknown key skep.toy.prot; did you mean skep.toy.port?");
    assertThatThrownBy(() -> KEYS.refuseUnknownProperties(List.of("skep.toy.lout")))
        .hasMessage("system property: unknown key skep.toy.lout; did you mean skep.toy.loud?");
    assertThatThrownBy(() -> KEYS.refuseUnknownVariables(Map.of("SKEP_TOY_WIAT", "1s")))
        .hasMessage("environment: unknown key SKEP_TOY_WIAT; did you mean SKEP_TOY_WAIT?");
  }

  @Test
  void whatOthersReadIsNoMistake() throws BadSettingException {
    KEYS.refuseUnknown(List.of("server.tls.trust-all", "skep.toy.port"), "toy.properties");
    KEYS.refuseUnknownProperties(
        List.of("java.home", "skep.other", "skep.toy.home", "skep.toy.box.size"));
    KEYS.refuseUnknownVariables(
        Map.of("PATH", "/bin", "SKEP_TOY_OPTS", "-Xmx2g", "SKEP_TOY_BOX_SIZE", "1"));
  }

  @Test
  void whatKubernetesTellsOfServicesIsNoSetting() throws BadSettingException {
    KEYS.refuseUnknownVariables(
        Map.of(
            "SKEP_TOY_SERVICE_HOST", "10.0.0.1",
            "SKEP_TOY_SERVICE_PORT", "6969",
            "SKEP_TOY_SERVICE_PORT_HTTP", "6969",
            "SKEP_TOY_TELL_PORT", "tcp://10.0.0.1:6969",
            "SKEP_TOY_PORT_6969_TCP", "tcp://10.0.0.1:6969",
            "SKEP_TOY_PORT_6969_TCP_ADDR", "10.0.0.1",
            "SKEP_TOY_UDP_PORT_6969_UDP_PROTO", "udp"));
    assertThatThrownBy(() -> KEYS.refuseUnknownVariables(Map.of("SKEP_TOY_TELL_PORT", "6969")))
        .hasMessageContaining("unknown key SKEP_TOY_TELL_PORT");
  }

  @Test
  void theDefaultFileIsAFileThatSetsEveryDefault() throws Exception {
    Path file = folder.resolve("toy.properties");
    Files.writeString(file, Documentation.defaultFile(KEYS, "Toy", "toy run --config FILE"));

    Map<String, String> lines = SettingsFile.read(file, KEYS);

    Settings read = Settings.read(KEYS, Map.of(), Map.of(), lines);
    for (Key<?> key : KEYS.all()) {
      assertThat(lines).containsEntry(key.name(), key.defaultText());
      assertThat((Object) read.get(key)).isEqualTo(Settings.defaults(KEYS).get(key));
    }
  }

  @Test
  void aFileThatCannotBeReadIsToldInOneLine() throws IOException {
    Path none = folder.resolve("none.properties");
    assertThatThrownBy(() -> SettingsFile.read(none, KEYS))
        .isInstanceOf(IOException.class)
        .hasMessage("no such file: " + none);
    Path torn = Files.writeString(folder.resolve("torn.properties"), "skep.toy.loud=\\u12");
    assertThatThrownBy(() -> SettingsFile.read(torn, KEYS))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read " + torn + ": ");
  }

  @Test
  void eachKeyHasARowInTheTables() {
    assertThat(Documentation.tables(KEYS))
        .contains("### Doors", "### Rest")
        .contains(
            "| `skep.toy.port`<br>`SKEP_TOY_PORT` | `80` | a port from 1 to 65535, or 0 for any"
                + " free one | Where it listens. |")
        .contains("| `skep.toy.friends`<br>`SKEP_TOY_FRIENDS` | none | names | Whom it knows. |");
  }
}
